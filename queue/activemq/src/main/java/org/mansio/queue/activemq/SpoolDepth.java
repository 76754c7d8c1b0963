package org.mansio.queue.activemq;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much lies in the spool, as far as one server can tell: what it put there, less what it took. Others put and take too, so
 * that this would drift without bound; but a reader that the broker tells that there is nothing sets it right. Thread-safe.
 */
final class SpoolDepth {
  /** Below zero while this server takes what others put there. */
  private final AtomicLong waiting = new AtomicLong();

  private final AtomicLong inHand = new AtomicLong();
  private final AtomicInteger most = new AtomicInteger();

  /** This server put mails there. */
  void add(int mails) {
    waiting.addAndGet(mails);
  }

  /** A reader asks for mails, for so many at the most. */
  void asks(int limit) {
    if (limit > most.get()) {
      most.accumulateAndGet(limit, Math::max);
    }
  }

  /** So many a reader takes at once. */
  int most() {
    return most.get();
  }

  /** A reader has mails in hand. */
  void took(int mails) {
    waiting.addAndGet(-mails);
    inHand.addAndGet(mails);
  }

  /** There was nothing that a reader could take. What is put there at this very moment may be missed, until the next time. */
  void foundEmpty() {
    waiting.set(0);
  }

  /** What a reader had in hand is out of the spool. */
  void ended(int mails) {
    inHand.addAndGet(-mails);
  }

  /** What a reader had in hand is in the spool as before. */
  void gaveBack(int mails) {
    inHand.addAndGet(-mails);
    waiting.addAndGet(mails);
  }

  /** An estimate, not below 0. */
  long get() {
    return Math.max(0, waiting.get()) + Math.max(0, inHand.get());
  }
}
