package org.mansio.queue.log;

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
}
