package org.mansio.queue.outgoing;

import java.time.Duration;

/**
 * Keeps a rate: tokens drip in evenly, and what begins takes one. Just numbers; what has to wait asks when. Of the rate's
 * count, what falls into a tenth of a second may go at once, so that a timer that is a little late loses nothing; the drip is
 * slower by as much, so that no period of the rate sees more than its count. Guarded by the scheduler's lock.
 */
final class TokenBucket {
  private static final Duration BURST = Duration.ofMillis(100);

  /** Sums of drips don't add up to whole tokens exactly. */
  private static final double EXACT = 1e-6;

  private final double capacity;
  private final double dripPerMilli;
  private double tokens;
  private long filledAt;

  /** Full. @param now milliseconds */
  TokenBucket(Rate rate, long now) {
    long period = rate.period().toMillis();
    long extra = rate.count() * BURST.toMillis() / period;
    this.capacity = 1.0 + extra;
    this.dripPerMilli = (double) (rate.count() - extra) / period;
    this.tokens = capacity;
    this.filledAt = now;
  }

  /** When a token is there: now, or the moment it will be, in milliseconds. */
  long readyAt(long now) {
    fill(now);
    double missing = 1 - EXACT - tokens;
    return missing <= 0 ? now : now + (long) Math.ceil(missing / dripPerMilli);
  }

  /** Takes as many as it needs, also those that aren't there yet: who comes next waits the longer. */
  void take(int count, long now) {
    fill(now);
    tokens -= count;
  }

  /** Puts back what turned out not to be needed. */
  void giveBack(int count, long now) {
    fill(now);
    tokens = Math.min(capacity, tokens + count);
  }

  private void fill(long now) {
    // A clock that was set back gives nothing, and starts anew from there.
    if (now > filledAt) {
      tokens = Math.min(capacity, tokens + (now - filledAt) * dripPerMilli);
    }
    filledAt = now;
  }
}
