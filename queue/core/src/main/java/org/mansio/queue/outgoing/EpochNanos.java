package org.mansio.queue.outgoing;

import java.time.Instant;

/**
 * Moments as nanoseconds since 1970: 8 octets inside of what they belong to, where an {@link Instant} takes 24 of its own. What
 * lies outside of the years 1678 to 2262 becomes the nearest moment in them.
 */
final class EpochNanos {
  private static final long PER_SECOND = 1_000_000_000;
  private static final Instant FIRST = instant(Long.MIN_VALUE);
  private static final Instant LAST = instant(Long.MAX_VALUE);

  private EpochNanos() {}

  static long of(Instant time) {
    if (time.isBefore(FIRST)) {
      return Long.MIN_VALUE;
    }
    if (time.isAfter(LAST)) {
      return Long.MAX_VALUE;
    }
    long seconds = time.getEpochSecond();
    // A second before 1970 may lie outside as a whole, and its moment inside.
    return seconds < 0
        ? (seconds + 1) * PER_SECOND + (time.getNano() - PER_SECOND)
        : seconds * PER_SECOND + time.getNano();
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND));
  }
}
