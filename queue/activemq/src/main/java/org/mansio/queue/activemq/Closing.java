package org.mansio.queue.activemq;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That something is to end: what waits is woken, and waits no more. Thread-safe. */
final class Closing {
  private final CountDownLatch begun = new CountDownLatch(1);

  void begin() {
    begun.countDown();
  }

  boolean isBegun() {
    return begun.getCount() == 0;
  }

  /** Waits for so long, or until the end begins; not at all when it has begun, or the thread is interrupted. */
  void pause(Duration duration) {
    try {
      boolean ignored = begun.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
