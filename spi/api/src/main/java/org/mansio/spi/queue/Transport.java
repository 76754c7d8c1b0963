package org.mansio.spi.queue;

/**
 * Performs delivery attempts, such as over SMTP, LMTP or into the store. One instance serves all lanes at once; it may keep
 * connections for reuse. Knows nothing of retries, DSNs or the queue. Two of them are {@linkplain Object#equals equal} when they
 * would do the same with every delivery, see {@link Transports#register}.
 */
public interface Transport extends AutoCloseable {
  /**
   * Unique among all transports; mail at rest refers to it, so it stays the same across restarts. Letters, digits, {@code .},
   * {@code _} and {@code -} (see {@link org.mansio.spi.settings.Setting#name}): a colon ends it in the names of lanes.
   */
  String name();

  /**
   * One attempt for all recipients of the delivery. Blocks; runs on a virtual thread; ends early when interrupted, with what
   * is certain by then and Deferred for the rest. Every wait within has a time-out.
   *
   * @return a result for each recipient
   * @throws Exception unexpected failure; the queue defers all recipients and logs it
   */
  DeliveryReport deliver(Delivery delivery) throws Exception;

  /** Attempts that may run at the same time in one lane, unless the queue is configured otherwise; at least 1. */
  default int laneConcurrency() {
    return 20;
  }

  /**
   * Whether its lanes rest until somebody asks for their mail, as on-demand relay does (RFC 1985, RFC 2645): entries wait in
   * {@link QueueEntry.State#WAITING} until {@link QueueControl#start} or {@link QueueControl#drain}.
   */
  default boolean waitsForRequest() {
    return false;
  }

  /** Closes kept connections. */
  @Override
  default void close() {}
}
