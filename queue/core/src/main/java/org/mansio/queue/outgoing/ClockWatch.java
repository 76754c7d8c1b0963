package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Notices when the clock is set back, by a clock that nobody sets: what waits for a moment would otherwise wait longer by as
 * much. Guarded by the scheduler's lock.
 */
final class ClockWatch {
  /** Less is how a clock is corrected all the time, and no more than a retry's spread. */
  private static final Duration NOTICED = Duration.ofSeconds(10);

  private final LongSupplier nanos;
  private Instant time;
  private long nanoTime;

  /** @param nanos such as {@link System#nanoTime} */
  ClockWatch(Instant now, LongSupplier nanos) {
    this.nanos = nanos;
    this.time = now;
    this.nanoTime = nanos.getAsLong();
  }

  /** How far the clock was set back since the last call; zero when it wasn't. */
  Duration setBack(Instant now) {
    long nanosNow = nanos.getAsLong();
    Instant expected = time.plusNanos(nanosNow - nanoTime);
    time = now;
    nanoTime = nanosNow;
    Duration back = Duration.between(now, expected);
    return back.compareTo(NOTICED) < 0 ? Duration.ZERO : back;
  }
}
