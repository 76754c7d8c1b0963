package org.mansio.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the disk has room for more mail; asks it once a second at most, and believes what writes say of it. Thread-safe. */
final class SpaceGuard {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceGuard.class);
  private static final long AGE = Duration.ofSeconds(1).toNanos();

  /** With less a mail can't be written, whatever is set. */
  private static final long ROOM = 1 << 20;

  /** How the system says that there is no room, or none for this user: ENOSPC and EDQUOT. */
  private static final List<String> NO_ROOM =
      List.of("No space left on device", "Disk quota exceeded");

  private final FreeSpace space;
  private final long least;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
  private volatile boolean low;

  /** @param least octets that must be free */
  SpaceGuard(FreeSpace space, long least) {
    this.space = space;
    this.least = Math.max(least, ROOM);
  }

  boolean isLow() {
    long now = System.nanoTime();
    long next = nextLook.get();
    if (now - next >= 0 && nextLook.compareAndSet(next, now + AGE)) {
      look();
    }
    return low;
  }

  /** Whether a write failed for want of room; mail is then refused until the next look. */
  boolean failedForRoom(Exception failure) {
    boolean full = saysFull(failure) || hasNoRoom();
    if (full) {
      if (!low) {
        LOG.warn("The queue's disk is full: mail is refused until there is room");
      }
      low = true;
      nextLook.set(System.nanoTime() + AGE);
    }
    return full;
  }

  private static boolean saysFull(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (NO_ROOM.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }

  /** Whether not even a mail can be written, asked anew. */
  boolean hasNoRoom() {
    try {
      return space.octets() < ROOM;
    } catch (IOException e) {
      return false;
    }
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
