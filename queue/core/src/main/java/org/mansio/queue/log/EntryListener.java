package org.mansio.queue.log;

import java.time.Duration;

/** Hears of every record of outgoing entries: those at rest when the log opens, and each that is appended later. */
public interface EntryListener {
  /**
   * A record is there, new or, after the log lost its connection, once more. Records of one shard arrive in the order in
   * which they were appended, one at a time.
   *
   * @param shard which part of the log it comes from
   * @param octets of the record; not to be changed
   * @param recovering whether records of this shard from before the opening may still follow
   */
  void arrived(int shard, HeldRecord record, byte[] octets, boolean recovering);

  /**
   * The records that this shard held when the log opened have arrived. Heard once for each shard.
   *
   * @param all false when there are more than can be held, so that the rest comes later, like new ones
   */
  void recovered(int shard, boolean all);

  /**
   * Whoever held the shard before may have broken off: what is due in it may have been under way there. Heard before its
   * records arrive.
   */
  default void broken(int shard) {
    // Of a log that nobody shares this is known by the last run.
  }

  /**
   * The shard is no longer this process' own: its records are with whoever has it next, or come again. No attempt for its
   * entries begins from now on.
   *
   * @param patience how long to wait for the attempts under way to be recorded
   */
  default void lost(int shard, Duration patience) {
    // Never happens to a log that nobody shares.
  }
}
