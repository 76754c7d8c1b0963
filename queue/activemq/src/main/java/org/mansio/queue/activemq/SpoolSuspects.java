package org.mansio.queue.activemq;

import java.time.Duration;

/**
 * Which mail in the spool another server may have had in hand when the broker was lost. A broker that comes back doesn't say
 * what it had given out; but that lies at the head of the spool, was there before, and is no more than all servers can have in
 * hand. Thread-safe.
 */
final class SpoolSuspects {
  /** The clocks of servers may differ so much. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private long before = Long.MIN_VALUE;
  private long left;

  /**
   * The broker was lost, or a server at it.
   *
   * @param now milliseconds since 1970
   * @param inHand mails that all servers together can have in hand
   */
  synchronized void begin(long now, long inHand) {
    before = now + SKEW.toMillis();
    left = inHand;
  }

  /** Whether a mail that is taken now may have been in hand. @param sent to the broker, milliseconds since 1970 */
  synchronized boolean isSuspect(long sent) {
    if (left == 0 || sent >= before) {
      return false;
    }
    left--;
    return true;
  }
}
