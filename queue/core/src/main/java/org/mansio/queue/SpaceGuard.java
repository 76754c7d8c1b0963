package org.mansio.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the disk has room for more mail; asks it once a second at most. Thread-safe. */
final class SpaceGuard {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceGuard.class);
  private static final long AGE = Duration.ofSeconds(1).toNanos();

  private final FreeSpace space;
  private final long least;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
  private volatile boolean low;

  /** @param least octets that must be free */
  SpaceGuard(FreeSpace space, long least) {
    this.space = space;
    this.least = least;
  }

  boolean isLow() {
    long now = System.nanoTime();
    long next = nextLook.get();
    if (now - next >= 0 && nextLook.compareAndSet(next, now + AGE)) {
      look();
    }
    return low;
  }

  private void look() {
    try {
      long free = space.octets();
      boolean nowLow = free < least;
      if (nowLow != low) {
        LOG.warn(
            nowLow
                ? "The queue's disk has {} octets free, less than minFreeSpace ({}): mail is refused until there is room"
                : "The queue's disk has {} octets free again (minFreeSpace {}): mail is taken",
            free,
            least);
      }
      low = nowLow;
    } catch (IOException e) {
      LOG.warn(
          "Can't tell the free space of the queue's disk; mail is refused until it can be told", e);
      low = true;
    }
  }
}
