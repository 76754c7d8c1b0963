package org.mansio.queue.activemq;

/** The JMS queues. Their names and number are part of what is stored and don't change. */
final class QueueNames {
  /** Mail that waits for the chain. */
  static final String SPOOL = "mansio.spool";

  /** Records that can't be read, kept for the operator. */
  static final String DAMAGED = "mansio.damaged";

  /** Outgoing entries lie in so many queues, by the hash of their lane: each has one consumer that holds them all. */
  static final int SHARDS = 16;

  /** Where the bodies lie that all these refer to. */
  static final String BODIES = "mansio.bodies";

  /** The topic on which servers speak to each other. */
  static final String NODES = "mansio.nodes";

  private static final String OUTGOING = "mansio.outgoing.";

  /** All of ours, as the broker writes patterns. */
  static final String ALL = "mansio.>";

  /** JMS property of a message that marks how far the opening with this id has read. */
  static final String MARK = "mansioMark";

  private QueueNames() {}

  static String outgoing(int shard) {
    return OUTGOING + shard;
  }

  static int shardOf(String key) {
    return Math.floorMod(key.hashCode(), SHARDS);
  }
}
