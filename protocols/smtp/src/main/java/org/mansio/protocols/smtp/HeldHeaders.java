package org.mansio.protocols.smtp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all header sections on their way in may take together: as many clients as may connect, each with a header
 * that doesn't end, would fill the heap many times over. Thread-safe.
 */
final class HeldHeaders {
  /** One in so many octets of the heap; headers of usual length hardly come near it. */
  private static final int PART_OF_HEAP = 8;

  /** As much as this JVM can spare, whatever the number of listeners. */
  static final HeldHeaders OF_HEAP =
      new HeldHeaders(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** @param limit octets */
  HeldHeaders(long limit) {
    this.limit = limit;
  }

  /** Takes so many octets. @return whether there were so many */
  boolean take(long octets) {
    if (taken.addAndGet(octets) <= limit) {
      return true;
    }
    taken.addAndGet(-octets);
    return false;
  }

  void giveBack(long octets) {
    taken.addAndGet(-octets);
  }

  /** Octets taken now. */
  long taken() {
    return taken.get();
  }
}
