package org.mansio.queue.outgoing;

import java.time.Duration;

/**
 * Who goes first where several wait for one place (RFC 6710): a step of priority counts as much as having waited some
 * minutes longer. So the urgent mail overtakes what is there, but nothing waits more than 18 steps for the sake of what came
 * later, however much of that there is: a share for each priority would need no such bound, but a lane that carries one
 * priority only would lose places to it.
 */
final class Precedence {
  /** What one of the 19 priorities is ahead of the next: from the lowest to the highest it makes 90 minutes. */
  private static final Duration STEP = Duration.ofMinutes(5);

  private Precedence() {}

  /**
   * The lower the earlier.
   *
   * @param since when the wait began, milliseconds
   */
  static long rank(long since, int priority) {
    return since - priority * STEP.toMillis();
  }
}
