package org.mansio.spi.mail;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The queue id of a mail: stable from acceptance to the last delivery, across restarts and nodes. It stands in the reply
 * to the final dot, in the Received header, in every trace event and in DSNs.
 *
 * <p>Generated ids sort by time: 11 characters of microseconds since 1970, then 5 random ones, in Crockford's base 32.
 *
 * @param value 1 to 32 characters out of {@code A-Z 0-9 . -}
 */
public record MailId(String value) implements Comparable<MailId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Pattern VALID = Pattern.compile("[A-Z0-9.-]{1,32}");
  private static final int TIME_DIGITS = 11;
  private static final int RANDOM_BITS = 25;
  private static final int BITS_PER_DIGIT = 5;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong LAST_MICROS = new AtomicLong();

  /** @throws IllegalArgumentException when {@code value} isn't a queue id */
  public MailId {
    Objects.requireNonNull(value);
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException("not a queue id: " + value);
    }
  }

  /** A fresh id, unique on this node and, by its random part, across nodes; ids of one node ascend. Thread-safe. */
  public static MailId next() {
    Instant now = Instant.now();
    long clock = now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000L;
    // A clock that stands still or jumps back must not repeat an id.
    long micros = LAST_MICROS.updateAndGet(last -> Math.max(last + 1, clock));
    StringBuilder id = new StringBuilder(TIME_DIGITS + RANDOM_BITS / BITS_PER_DIGIT);
    append(id, micros, TIME_DIGITS);
    append(id, RANDOM.nextInt(1 << RANDOM_BITS), RANDOM_BITS / BITS_PER_DIGIT);
    return new MailId(id.toString());
  }

  private static void append(StringBuilder id, long number, int digits) {
    for (int shift = (digits - 1) * BITS_PER_DIGIT; shift >= 0; shift -= BITS_PER_DIGIT) {
      id.append(ALPHABET.charAt((int) (number >>> shift) & 31));
    }
  }

  @Override
  public int compareTo(MailId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
