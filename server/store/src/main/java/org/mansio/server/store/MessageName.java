package org.mansio.server.store;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a message: {@code <seconds>.M<microseconds>_<delivery id>_.<host>,S=<octets>}, and in {@code cur} a
 * suffix {@code :2,<flags>}. That is the Maildir convention of time, unique part and host; other programs order by the first
 * and take the size from {@code S=}. The delivery id lets a repeated delivery be recognised.
 */
record MessageName(String base) {
  /** Of the characters a delivery id has, {@code _} is none, so it ends the id. */
  private static final Pattern DELIVERY =
      Pattern.compile("[0-9]+\\.M[0-9]+_([A-Za-z0-9.-]{1,64})_\\..*");

  private static final Pattern TIME = Pattern.compile("([0-9]{1,12})\\.(?:M([0-9]{1,6}))?.*");
  private static final Pattern SIZE = Pattern.compile(",S=([0-9]{1,18})(?=[,:]|$)");
  private static final int NANOS_PER_MICRO = 1000;
  private static final int MICROS = 1_000_000;

  /** The name for a delivery now. */
  static MessageName of(Instant now, String deliveryId, String host, long size) {
    return new MessageName(String.format(
        Locale.ROOT,
        "%d.M%06d_%s_.%s,S=%d",
        now.getEpochSecond(),
        now.getNano() / NANOS_PER_MICRO,
        deliveryId,
        host,
        size));
  }

  /** Reads any file name of {@code new} or {@code cur}, whoever made it. */
  static MessageName parse(String fileName) {
    int flags = fileName.indexOf(':');
    return new MessageName(flags < 0 ? fileName : fileName.substring(0, flags));
  }

  /** The delivery that it came by; empty for a file that another program made. */
  Optional<String> deliveryId() {
    Matcher form = DELIVERY.matcher(base);
    return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
  }

  /** Octets as stated in the name. */
  Optional<Long> size() {
    Matcher form = SIZE.matcher(base);
    return form.find() ? Optional.of(Long.parseLong(form.group(1))) : Optional.empty();
  }

  /** Microseconds since 1970; 0 when the name doesn't tell. */
  long time() {
    Matcher form = TIME.matcher(base);
    if (!form.matches()) {
      return 0;
    }
    long micros = form.group(2) == null ? 0 : Long.parseLong(form.group(2));
    return Long.parseLong(form.group(1)) * MICROS + micros;
  }

  /** Whether a file in {@code cur} is flagged as trashed ({@code T}). */
  static boolean isTrashed(String fileName) {
    int flags = fileName.lastIndexOf(":2,");
    return flags >= 0 && fileName.indexOf('T', flags) >= 0;
  }
}
