package org.mansio.spi.mail;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The queue id of a mail: stable from acceptance to the last delivery, across restarts and nodes. It stands in the reply
 * to the final dot, in the Received header, in every trace event and in DSNs.
 *
 * <p>Generated ids sort by time: 11 characters of microseconds since 1970, then 5 random ones, in Crockford's base 32.
 *
 * <p>A deep queue holds one for each of its mails, so a generated id takes 24 octets in memory, where its text would take 72.
 * Immutable.
 */
public final class MailId implements Comparable<MailId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Pattern VALID = Pattern.compile("[A-Z0-9.-]{1,32}");
  private static final int TIME_DIGITS = 11;
  private static final int RANDOM_DIGITS = 5;
  private static final int DIGITS = TIME_DIGITS + RANDOM_DIGITS;
  private static final int BITS_PER_DIGIT = 5;
  private static final int RANDOM_BITS = RANDOM_DIGITS * BITS_PER_DIGIT;

  /** As many as a {@code long} takes. */
  private static final int HIGH_DIGITS = 12;

  private static final int LOW_DIGITS = DIGITS - HIGH_DIGITS;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong LAST_MICROS = new AtomicLong();

  /** The first digits of an id in the form of the generated ones, and the rest. */
  private final long high;

  private final int low;

  /** An id of any other form; null for one of theirs. */
  private final @Nullable String other;

  /**
   * The id with this text.
   *
   * @param value 1 to 32 characters out of {@code A-Z 0-9 . -}
   * @throws IllegalArgumentException when it isn't a queue id
   */
  public MailId(String value) {
    Objects.requireNonNull(value);
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException("not a queue id: " + value);
    }
    boolean isLikeGenerated =
        value.length() == DIGITS && value.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    this.high = isLikeGenerated ? number(value.substring(0, HIGH_DIGITS)) : 0;
    this.low = isLikeGenerated ? (int) number(value.substring(HIGH_DIGITS)) : 0;
    this.other = isLikeGenerated ? null : value;
  }

  private MailId(long high, int low) {
    this.high = high;
    this.low = low;
    this.other = null;
  }

  /** A fresh id, unique on this node and, by its random part, across nodes; ids of one node ascend. Thread-safe. */
  public static MailId next() {
    Instant now = Instant.now();
    long clock = now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000L;
    // A clock that stands still or jumps back must not repeat an id.
    long micros = LAST_MICROS.updateAndGet(last -> Math.max(last + 1, clock));
    int random = RANDOM.nextInt(1 << RANDOM_BITS);
    int lowBits = LOW_DIGITS * BITS_PER_DIGIT;
    return new MailId(
        micros << RANDOM_BITS - lowBits | random >>> lowBits, random & (1 << lowBits) - 1);
  }

  private static long number(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = number << BITS_PER_DIGIT | ALPHABET.indexOf(digits.charAt(i));
    }
    return number;
  }

  /** Its text: 1 to 32 characters out of {@code A-Z 0-9 . -}. */
  public String value() {
    if (other != null) {
      return other;
    }
    byte[] digits = new byte[DIGITS];
    write(high, digits, 0, HIGH_DIGITS);
    write(low, digits, HIGH_DIGITS, LOW_DIGITS);
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void write(long number, byte[] into, int from, int count) {
    long rest = number;
    for (int at = from + count - 1; at >= from; at--) {
      into[at] = (byte) ALPHABET.charAt((int) rest & 31);
      rest >>>= BITS_PER_DIGIT;
    }
  }

  /** In the order of their texts. */
  @Override
  public int compareTo(MailId that) {
    if (other == null && that.other == null) {
      // The digits of the alphabet ascend.
      return high == that.high
          ? Integer.compare(low, that.low)
          : Long.compareUnsigned(high, that.high);
    }
    return value().compareTo(that.value());
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof MailId that
        && high == that.high
        && low == that.low
        && Objects.equals(other, that.other);
  }

  @Override
  public int hashCode() {
    return other == null ? 31 * Long.hashCode(high) + low : other.hashCode();
  }

  @Override
  public String toString() {
    return value();
  }
}
