package org.mansio.protocols.ondemand;

import java.time.Duration;
import java.time.Instant;

/** The clock, and waiting for a time on it. */
interface Alarm {
  Instant now();

  /** Waits until that time has come on the clock, also when somebody sets the clock meanwhile. */
  void awaitUntil(Instant time) throws InterruptedException;

  /** The machine's clock. */
  static Alarm ofSystem() {
    return new Alarm() {
      // Looked at again so often: a clock may be set.
      private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void awaitUntil(Instant time) throws InterruptedException {
        Duration left = Duration.between(now(), time);
        while (left.isPositive()) {
          Thread.sleep(left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP);
          left = Duration.between(now(), time);
        }
      }
    };
  }
}
