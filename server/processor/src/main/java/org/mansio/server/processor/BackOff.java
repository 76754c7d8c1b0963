package org.mansio.server.processor;

import java.time.Duration;
import java.time.Instant;

/** How long a mail waits in the chain for something that doesn't answer, and when the wait has been too long. */
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MAX_DOUBLINGS = 7;

  /** For a mail that nothing more can be done for until an operator mends the chain. */
  static final Duration STUCK = Duration.ofHours(1);

  /** RFC 5321 §4.5.4.1: the give-up time is at least four to five days. */
  private static final Duration GIVE_UP = Duration.ofDays(5);

  /** A mail that was held for days isn't given up at its first failure. */
  private static final int GIVE_UP_ATTEMPTS = 10;

  private BackOff() {}

  /**
   * The wait before the next attempt: doubles each time, up to an hour or what was asked for, whichever is longer.
   *
   * @param asked what the mailet asked for; zero when it didn't
   * @param attempts waits at this place so far
   */
  static Duration delay(Duration asked, int attempts) {
    Duration first = asked.compareTo(FIRST) > 0 ? asked : FIRST;
    Duration longest = asked.compareTo(LONGEST) > 0 ? asked : LONGEST;
    Duration grown = first.multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS));
    return grown.compareTo(longest) > 0 ? longest : grown;
  }

  /** For a mailet that asked for a time itself: its own pace at first, growing when it goes on and on. */
  static Duration askedDelay(Duration asked, int attempts) {
    int patience = 3;
    return attempts < patience ? asked : delay(asked, attempts - patience);
  }

  static boolean isTooLong(Instant arrival, int attempts, Instant now) {
    return attempts >= GIVE_UP_ATTEMPTS && arrival.plus(GIVE_UP).isBefore(now);
  }
}
