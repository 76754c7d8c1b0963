package org.mansio.queue.activemq;

/** The JMS queues. Their names and number are part of what is stored and don't change. */
final class QueueNames {
  /** Mail that waits for the chain. */
  static final String SPOOL = "mansio.spool";

  /** Records that can't be read, kept for the operator. */
  static final String DAMAGED = "mansio.damaged";

  /** Outgoing entries lie in so many queues, by the hash of their lane: each has one consumer that holds them all. */
  static final int SHARDS = 16;

  private static final String OUTGOING = "mansio.outgoing.";

  /** All outgoing queues, as the broker writes patterns. */
  static final String ALL_OUTGOING = OUTGOING + ">";

  static final String ALL = "mansio.>";

  /** JMS property of a message that marks how far the opening with this id has read. */
  static final String MARK = "mansioMark";

  private QueueNames() {}

  static String outgoing(int shard) {
    return OUTGOING + shard;
  }

  static String outgoing(String key) {
    return outgoing(Math.floorMod(key.hashCode(), SHARDS));
  }
}
