package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Octets on their way from the event loop to the session. The event loop fills one array while the session reads another;
 * when the session has read its own, they change places, so that an octet is copied once and never queued as an object.
 *
 * <p>Bounded: at {@link #HIGH_WATER} octets, or at {@link #LOW_WATER} while {@link InputMemory} is scarce, the event loop is
 * asked to stop reading until the session has come along, so a connection holds at most that, the read under way, and what
 * the session is working on. One that waits between commands holds next to nothing; within a message the arrays are kept for
 * what comes next, as long as memory isn't scarce.
 */
final class InputQueue {
  /** Octets that wait for the session before reading from the socket stops. */
  static final int HIGH_WATER = 1 << 16;

  /** The same while all connections together hold much: still room for a group of commands. */
  static final int LOW_WATER = 1 << 12;

  private static final byte[] EMPTY = new byte[0];
  private static final int FIRST_SIZE = 512;
  private static final int KEPT_WHEN_IDLE = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Runnable resumeReading;
  private final InputMemory memory;

  // Guarded by the lock.
  private byte[] filling = EMPTY;
  private int filled;
  private boolean paused;
  private ConnectionEnd.@Nullable Reason end;
  private boolean stopRequested;

  // The session's own.
  private byte[] reading = EMPTY;
  private int position;
  private int limit;

  /** When the session's wait for its peer must end, in nanoseconds; 0 while it doesn't wait. */
  private volatile long waitingUntil;

  /** @param resumeReading called by the session's thread when the event loop may read again */
  InputQueue(Runnable resumeReading) {
    this(resumeReading, InputMemory.OF_HEAP);
  }

  InputQueue(Runnable resumeReading, InputMemory memory) {
    this.resumeReading = resumeReading;
    this.memory = memory;
  }

  /**
   * Takes what arrived; called by the event loop.
   *
   * @return whether reading may go on
   */
  boolean append(ByteBuf octets) {
    lock.lock();
    try {
      int length = octets.readableBytes();
      if (end == null) {
        ensureRoom(length);
        octets.readBytes(filling, filled, length);
        filled += length;
        changed.signal();
      }
      paused = filled >= (memory.isScarce() ? LOW_WATER : HIGH_WATER);
      return !paused;
    } finally {
      lock.unlock();
    }
  }

  private void ensureRoom(int length) {
    int needed = filled + length;
    if (needed > filling.length) {
      byte[] larger = new byte[Math.max(FIRST_SIZE, Integer.highestOneBit(needed - 1) << 1)];
      System.arraycopy(filling, 0, larger, 0, filled);
      memory.add(larger.length - filling.length);
      filling = larger;
    }
  }

  /**
   * Ends the input: what arrived before is still read when the peer ended it, and isn't otherwise. A peer that has ended its
   * input may still be slow to take the output, so that another end can follow. Any thread.
   */
  void end(ConnectionEnd.Reason reason) {
    lock.lock();
    try {
      if (end == null || end == ConnectionEnd.Reason.PEER) {
        end = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing more will come. Any thread. */
  boolean hasEnded() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the session end when it next waits in a place where it can. Any thread. */
  void requestStop() {
    lock.lock();
    try {
      stopRequested = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Any thread. */
  boolean isStopRequested() {
    lock.lock();
    try {
      return stopRequested;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes a session that waits for room to write. */
  void signalWritable() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the session waits for the peer and has done so for long enough. @param now of {@link System#nanoTime} */
  boolean overdue(long now) {
    long until = waitingUntil;
    return until != 0 && now - until > 0;
  }

  /** Whether the session waits for the peer. */
  boolean waiting() {
    return waitingUntil != 0;
  }

  /** Octets that arrived and weren't read; for the session's thread, or one that it waits for. */
  int buffered() {
    lock.lock();
    try {
      return limit - position + filled;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether octets are there that weren't read, waiting for some for a while; for the session's thread, or one that it waits
   * for. An end of the input ends the wait, and so does a stop of the server, or an interrupt.
   */
  boolean hasArrived(Duration patience) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (limit == position && filled == 0 && end == null && !stopRequested && left > 0) {
        left = changed.awaitNanos(left);
      }
      return limit > position || filled > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, whatever arrives; an end of the input, a stop of the server or an interrupt ends it. */
  void pause(Duration time) {
    long left = time.toNanos();
    lock.lock();
    try {
      while (end == null && !stopRequested && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all that arrived and wasn't read. */
  void discard() {
    position = limit;
    swap();
    position = limit;
  }

  // From here on: the session's thread only.

  byte[] array() {
    return reading;
  }

  int position() {
    return position;
  }

  int limit() {
    return limit;
  }

  void advanceTo(int newPosition) {
    position = newPosition;
  }

  /**
   * Brings new octets to be read, if there are any; what was there must have been read.
   *
   * @return whether there are
   */
  boolean poll() {
    swap();
    return position < limit;
  }

  /**
   * Waits for new octets; what was there must have been read.
   *
   * @param stoppable whether a stop of the server ends the wait
   * @param limitNanos after which it is {@link #overdue}
   * @throws ConnectionEnd when none will come
   */
  void await(boolean stoppable, long limitNanos) throws ConnectionEnd {
    lock.lock();
    try {
      long until = System.nanoTime() + limitNanos;
      while (filled == 0) {
        throwIfEnded(stoppable);
        if (stoppable || memory.isScarce()) {
          shrink();
        }
        parkUntilChanged(until);
      }
      throwIfEndedHere();
    } finally {
      lock.unlock();
    }
    swap();
  }

  /**
   * Waits until {@code condition} holds; whoever makes it true calls {@link #signalWritable} or {@link #end}. That the peer
   * ended its input is no end to that.
   *
   * @param limitNanos after which the wait is {@link #overdue}
   * @throws ConnectionEnd when the connection was ended on this side before
   */
  void awaitCondition(BooleanSupplier condition, long limitNanos) throws ConnectionEnd {
    lock.lock();
    try {
      long until = System.nanoTime() + limitNanos;
      while (!condition.getAsBoolean()) {
        throwIfEndedHere();
        parkUntilChanged(until);
      }
    } finally {
      lock.unlock();
    }
  }

  private void throwIfEnded(boolean stoppable) throws ConnectionEnd {
    if (end != null) {
      throw new ConnectionEnd(end);
    }
    if (stoppable && stopRequested) {
      throw new ConnectionEnd(ConnectionEnd.Reason.STOPPING);
    }
  }

  private void throwIfEndedHere() throws ConnectionEnd {
    if (end != null && end != ConnectionEnd.Reason.PEER) {
      throw new ConnectionEnd(end);
    }
  }

  private void parkUntilChanged(long until) throws ConnectionEnd {
    waitingUntil = until == 0 ? 1 : until;
    try {
      changed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionEnd(ConnectionEnd.Reason.STOPPING);
    } finally {
      waitingUntil = 0;
    }
  }

  /** Nobody reads or fills it any more. */
  void release() {
    lock.lock();
    try {
      memory.add(-reading.length - filling.length);
      reading = EMPTY;
      filling = EMPTY;
      position = 0;
      limit = 0;
      filled = 0;
    } finally {
      lock.unlock();
    }
  }

  private void shrink() {
    if (reading.length > KEPT_WHEN_IDLE) {
      memory.add(-reading.length);
      reading = EMPTY;
      position = 0;
      limit = 0;
    }
    if (filling.length > KEPT_WHEN_IDLE) {
      memory.add(-filling.length);
      filling = EMPTY;
    }
  }

  private void swap() {
    boolean resume;
    lock.lock();
    try {
      byte[] read = reading;
      reading = filling;
      position = 0;
      limit = filled;
      filling = read;
      filled = 0;
      resume = paused;
      paused = false;
    } finally {
      lock.unlock();
    }
    if (resume) {
      resumeReading.run();
    }
  }
}
