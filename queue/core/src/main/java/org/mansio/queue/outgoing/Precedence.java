package org.mansio.queue.outgoing;

import java.time.Duration;

/**
 * Who goes first where several wait for one place (RFC 6710): a step of priority counts as much as having waited some
 * minutes longer. So urgent mail overtakes what is there, and yet nothing waits more than 18 steps for the sake of what came
 * later, however much of that there is. Shares of the places instead would have to be measured out for each lane, and would
 * let urgent mail wait behind its own kind while other places are free.
 */
final class Precedence {
  /** What one of the 19 priorities is ahead of the next: from the lowest to the highest it makes 90 minutes. */
  private static final Duration STEP = Duration.ofMinutes(5);

  private static final int HIGHEST = 9;

  private Precedence() {}

  /**
   * The lower the earlier.
   *
   * @param since when the wait began, milliseconds
   */
  static long rank(long since, int priority) {
    return since - priority * STEP.toMillis();
  }

  /** What a priority has grown to in a wait, in milliseconds: who has waited in one line stands no worse in the next. */
  static int aged(int priority, long waited) {
    return (int) Math.min(HIGHEST, priority + waited / STEP.toMillis());
  }
}
