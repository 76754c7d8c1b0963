package org.mansio.queue.log;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.queue.QueueException;

/**
 * The store beneath the queue. Two kinds of records lie in it: mails in the spool, first in first out, and outgoing entries,
 * each held by exactly one process until it ends it. Thread-safe.
 */
public interface DurableLog {
  /**
   * Opens the log and lets the listener hear of all entries, some of them perhaps later (see {@link #awaitRecovered}).
   *
   * @throws QueueException when it can't be opened
   */
  void open(EntryListener listener) throws QueueException;

  /**
   * Makes records durable. Blocks for the disk; many callers at once share one sync.
   *
   * @throws QueueException when it isn't sure that they are durable
   */
  void append(Append records) throws QueueException;

  /** A new reader of the spool, with a connection of its own. */
  SpoolReader newSpoolReader();

  /** Why the log would refuse records now; cheap. */
  Optional<QueueException.Reason> refusal();

  /** How many records wait in the spool, those included that readers have taken; an estimate when others share it. */
  long spoolDepth();

  /** The first records of the spool, without taking them. */
  List<byte[]> peekSpool(int limit) throws QueueException;

  /** Waits until all entries that were at rest when the log opened have arrived. */
  void awaitRecovered() throws InterruptedException;

  /** Whether the records that are held stay in this process' memory, so that they should be small. */
  boolean keepsHeldInMemory();

  /** Whether no other process shares the log, so that what nobody here knows of is nobody's. */
  boolean soleOwner();

  /** Whether records that can't be read are kept aside; nobody knows what they refer to. */
  boolean keepsDamaged();

  /** What is kept aside since it can't be read, by names that the operator finds it under. */
  default List<String> keptAside() {
    return List.of();
  }

  /**
   * Deletes what is kept aside.
   *
   * @return how many pieces of it there were
   * @throws QueueException when it can't be deleted
   */
  default int forgetDamaged() throws QueueException {
    return 0;
  }

  /** How many records are known in this process' memory, of whatever kind; 0 when nothing needs to bound them. Cheap. */
  default long records() {
    return 0;
  }

  /**
   * Tells where the bodies lie that records refer to, before {@link #open}. A log that several processes share lets none in
   * whose bodies lie elsewhere, since it would not find those of the others.
   *
   * @param identity of the place, the same for all that reach it
   */
  default void bodiesIn(String identity) {
    // Nobody else could have others.
  }

  /** Which shard the entries with a key are in. */
  default int shardOf(String key) {
    return 0;
  }

  /** Whether this process holds the entries of a shard now; what it appends there doesn't come to it otherwise. */
  default boolean owns(int shard) {
    return true;
  }

  /** The other processes at the log. */
  default Peers peers() {
    return Peers.NONE;
  }

  /**
   * Runs something when all that has ended by now is on stable storage, in this thread or another one; never when the process
   * ends before. Here an end is durable when it returns.
   */
  default void whenDurable(Runnable action) {
    action.run();
  }

  /**
   * Runs something once it is certain that records whose {@link #append} was refused aren't in the log and won't come back, in
   * this thread or another one; never where that can't be known, or when the process ends before.
   *
   * @param refusal what the append threw
   */
  default void whenRefusalIsCertain(QueueException refusal, Runnable action) {
    // It may be in doubt whether another process has them.
  }

  /** Closes the log; held records come again at the next opening. */
  void close();
}
