package org.mansio.queue;

import java.util.HashSet;
import java.util.Set;
import org.mansio.queue.blob.BlobStore;

/**
 * Knows when all mail that was in the spool at the start has been read, so that a body which nobody has claimed by then is
 * nobody's, and nothing that is taken later was in hand at a crash. A mark is put into the spool at the start; what was there
 * before lies in front of it. When it has been taken, each consumer still finishes the batch it has. Thread-safe.
 */
final class OrphanSweep {
  private final BlobStore blobs;
  private final int consumers;
  private final CrashMarker crash;
  private final Set<Integer> passed = new HashSet<>();
  private boolean marked;
  private boolean done;

  OrphanSweep(BlobStore blobs, int consumers, CrashMarker crash) {
    this.crash = crash;
    this.blobs = blobs;
    this.consumers = consumers;
  }

  /** The mark has been taken out of the spool. */
  synchronized void marked() {
    marked = true;
  }

  /** A consumer has nothing in hand that it hasn't read. */
  synchronized void between(int consumer) {
    if (marked && !done && passed.add(consumer) && passed.size() == consumers) {
      done = true;
      crash.passed();
      blobs.sweep();
    }
  }
}
