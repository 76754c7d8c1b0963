package org.mansio.queue.outgoing;

import java.time.Duration;

/**
 * What bounds the attempts.
 *
 * @param activeLimit attempts at once in all lanes
 * @param firstBackOff how long a lane rests when its destination can't be reached; doubles with each further failure
 * @param longestBackOff the longest rest
 */
public record LaneLimits(int activeLimit, Duration firstBackOff, Duration longestBackOff) {
  /** The share of places that lanes with attempts under way may fill together. */
  private static final double UNRESERVED = 0.75;

  int unreserved() {
    return Math.max(1, (int) (activeLimit * UNRESERVED));
  }
}
