package org.mansio.queue.blob;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all messages on their way in may take together. Ten thousand clients that each stop within a message, short
 * of what a message may have in memory, would fill the heap of a server many times over. Thread-safe.
 */
public final class ArrivingMemory {
  /** One in so many octets of the heap: the rest is for sessions and for the queue. */
  private static final int PART_OF_HEAP = 4;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** @param limit octets */
  public ArrivingMemory(long limit) {
    this.limit = limit;
  }

  /** As much as this JVM can spare. */
  public static ArrivingMemory ofHeap() {
    return new ArrivingMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
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
