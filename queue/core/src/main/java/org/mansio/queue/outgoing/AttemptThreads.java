package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which attempts are made: virtual ones of their own, or those of whoever brings a transport along. When the
 * queue closes they may end; those that are within a transport are interrupted, not those that record what it did.
 * Thread-safe.
 */
final class AttemptThreads {
  /** How long an interrupted attempt may take to say what is certain. */
  private static final Duration INTERRUPTED_GRACE = Duration.ofSeconds(3);

  private final Set<Thread> all = ConcurrentHashMap.newKeySet();
  /** Those of them that may be interrupted. */
  private final Set<Thread> interruptible = new HashSet<>();

  private volatile boolean closing;
  private volatile boolean ending;
  /** Waits until all have ended. */
  private volatile @Nullable Thread waiter;

  /** Starts work on a thread of its own; its end is {@link #leave}. */
  void start(Runnable work) {
    Thread thread = Thread.ofVirtual().name("queue-attempt").unstarted(work);
    all.add(thread);
    thread.start();
  }

  /** The current thread works from now on; {@link #leave} ends it. */
  void enter() {
    all.add(Thread.currentThread());
  }

  /**
   * As {@link #enter}, unless the queue is closing already, grace or not.
   *
   * @return whether the current thread works now
   */
  boolean enterUnlessEnding() {
    enter();
    if (ending) {
      leave();
      return false;
    }
    return true;
  }

  void leave() {
    all.remove(Thread.currentThread());
    Thread waiting = waiter;
    if (waiting != null && all.isEmpty()) {
      LockSupport.unpark(waiting);
    }
  }

  /** The current thread goes into a transport; {@link #endInterruptible} ends it. */
  void beginInterruptible() {
    synchronized (interruptible) {
      interruptible.add(Thread.currentThread());
    }
  }

  /** @return whether it was interrupted; it isn't any more, so that what the transport did is made durable all the same */
  boolean endInterruptible() {
    synchronized (interruptible) {
      interruptible.remove(Thread.currentThread());
      return Thread.interrupted();
    }
  }

  /** Whether attempts are being broken off: what can't be recorded any more happens again after the restart. */
  boolean isClosing() {
    return closing;
  }

  /** Lets attempts under way end within {@code grace}, interrupts the rest and waits for what they say. */
  void close(Duration grace) {
    ending = true;
    await(grace);
    closing = true;
    synchronized (interruptible) {
      interruptible.forEach(Thread::interrupt);
    }
    await(INTERRUPTED_GRACE);
  }

  private void await(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    waiter = Thread.currentThread();
    long left = limit.toNanos();
    while (!all.isEmpty() && left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = end - System.nanoTime();
    }
    waiter = null;
  }
}
