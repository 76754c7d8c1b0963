package org.mansio.mailets.standard.mime;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as RFC 5322 §3.3 writes them, in UTC. */
public final class MailDate {
  private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
          "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);

  private MailDate() {}

  public static String format(Instant instant) {
    return FORMAT.format(instant);
  }
}
