package org.mansio.queue.activemq.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The mails that wait for the chain, first in first out. What doesn't fit into its memory is read from the journal. */
final class JournalSpool {

  /**
   * A mail of the spool.
   *
   * @param octets null when they are in the journal only
   * @param repeated whether it was taken before and given back
   */
  record Spooled(LiveRecord record, byte @Nullable [] octets, boolean repeated) {}

  private final long memory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private final Deque<Spooled> waiting = new ArrayDeque<>();
  private long octetsInMemory;
  private int taken;

  /** @param memory octets of mails that may be kept in memory */
  JournalSpool(long memory) {
    this.memory = memory;
  }

  /** Adds a mail whose record is durable. */
  void add(LiveRecord record, byte @Nullable [] octets) {
    lock.lock();
    try {
      boolean kept = octets != null && octetsInMemory + octets.length <= memory;
      waiting.addLast(new Spooled(record, kept ? octets : null, false));
      octetsInMemory += kept ? record.length : 0;
      arrival.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is there; waits for the first. */
  List<Spooled> take(int limit, long millis, Waiter waiter) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (waiting.isEmpty() && nanos > 0 && !waiter.isStopped()) {
        nanos = arrival.awaitNanos(nanos);
      }
      List<Spooled> batch = new ArrayList<>(Math.min(limit, waiting.size()));
      while (batch.size() < limit && !waiting.isEmpty()) {
        Spooled next = waiting.removeFirst();
        octetsInMemory -= next.octets() == null ? 0 : next.record().length;
        batch.add(next);
      }
      taken += batch.size();
      if (!waiting.isEmpty()) {
        arrival.signal();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Tells who takes when to stop waiting. */
  interface Waiter {
    boolean isStopped();
  }

  /** Lets those that wait look whether they are to stop. */
  void wake() {
    lock.lock();
    try {
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was taken has ended. */
  void done(int count) {
    lock.lock();
    try {
      taken -= count;
    } finally {
      lock.unlock();
    }
  }

  /** Puts what was taken back to the front. */
  void giveBack(List<Spooled> batch) {
    lock.lock();
    try {
      for (Spooled spooled : batch.reversed()) {
        waiting.addFirst(new Spooled(spooled.record(), null, true));
      }
      taken -= batch.size();
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts what was taken behind all that waits. */
  void putLast(List<Spooled> some) {
    lock.lock();
    try {
      waiting.addAll(some);
      taken -= some.size();
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Mails that wait or were taken and have not ended. */
  long depth() {
    lock.lock();
    try {
      return (long) waiting.size() + taken;
    } finally {
      lock.unlock();
    }
  }

  /** The first that wait. */
  List<LiveRecord> peek(int limit) {
    lock.lock();
    try {
      return waiting.stream().limit(limit).map(Spooled::record).toList();
    } finally {
      lock.unlock();
    }
  }
}
