package org.mansio.queue.log;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a thread that it is to end, also while it pauses. Given once and for all. Thread-safe. */
public final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);

  public void give() {
    given.countDown();
  }

  public boolean isGiven() {
    return given.getCount() == 0;
  }

  /** Waits; returns at once when the signal is given, or the thread interrupted, which it stays. */
  public void pause(Duration duration) {
    try {
      await(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As {@link #pause}, for who is through when interrupted. @return whether the signal is given */
  public boolean await(Duration duration) throws InterruptedException {
    return given.await(duration.toNanos(), TimeUnit.NANOSECONDS);
  }
}
