package org.mansio.queue.outgoing;

import java.util.OptionalInt;

/**
 * What is set for the mail to a destination.
 *
 * @param concurrency attempts at once at the most; empty leaves it to the transport
 * @param initialConcurrency attempts at once until it is known how the destination bears them
 */
public record LanePolicy(
    OptionalInt concurrency, int initialConcurrency, RateLimits rates, RetrySchedule schedule) {
  /** Enough for nearly all destinations, and no burden for a small host. */
  public static final int INITIAL_CONCURRENCY = 5;

  public LanePolicy {
    if (initialConcurrency < 1) {
      throw new IllegalArgumentException("a lane begins with at least one attempt");
    }
  }
}
