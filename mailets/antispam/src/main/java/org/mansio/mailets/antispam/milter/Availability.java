package org.mansio.mailets.antispam.milter;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether a milter is worth trying. After a failure nobody tries for {@link #PAUSE}; then one at a time does, until it works
 * again: else each of many sessions would wait for the same dead program. Thread-safe.
 */
final class Availability {
  /** Short against the minutes after which clients come again, long against a time-out. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final long AVAILABLE = Long.MIN_VALUE;

  private final LongSupplier clock;
  private final AtomicLong retryAt = new AtomicLong(AVAILABLE);

  /** @param clock in nanoseconds, such as {@link System#nanoTime} */
  Availability(LongSupplier clock) {
    this.clock = clock;
  }

  /** Whether the caller may try; then it has to say how it went. */
  boolean mayTry() {
    long due = retryAt.get();
    if (due == AVAILABLE) {
      return true;
    }
    long now = clock.getAsLong();
    // Only one gets it, and for the others the pause begins anew.
    return now - due >= 0 && retryAt.compareAndSet(due, now + PAUSE.toNanos());
  }

  /** @return whether it was away before */
  boolean succeeded() {
    return retryAt.getAndSet(AVAILABLE) != AVAILABLE;
  }

  /** @return whether it was there before */
  boolean failed() {
    return retryAt.getAndSet(clock.getAsLong() + PAUSE.toNanos()) == AVAILABLE;
  }
}
