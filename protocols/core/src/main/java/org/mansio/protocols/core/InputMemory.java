package org.mansio.protocols.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory what was received and isn't read yet may take, of all connections together. A session that waits, such as
 * in a hook or for a directory, reads nothing meanwhile; with as many of them as may connect, each with a queue that is
 * full, the heap would be. Thread-safe.
 */
final class InputMemory {
  /** One in so many octets of the heap; clients that wait for replies hardly come near it. */
  private static final int PART_OF_HEAP = 8;

  /** As much as this JVM can spare, whatever the number of servers. */
  static final InputMemory OF_HEAP =
      new InputMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** @param limit octets, beyond which connections are let send little ahead */
  InputMemory(long limit) {
    this.limit = limit;
  }

  /** @param octets less than zero to give them back */
  void add(long octets) {
    taken.addAndGet(octets);
  }

  boolean isScarce() {
    return taken.get() > limit;
  }

  /** Octets taken now. */
  long taken() {
    return taken.get();
  }
}
