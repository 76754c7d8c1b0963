package org.mansio.queue.activemq;

import java.util.Optional;
import java.util.OptionalLong;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many mails the journal's queue may have: what is alive in it is known in memory, so the heap bounds it. */
final class QueueLimit {
  private static final Logger LOG = LoggerFactory.getLogger(QueueLimit.class);

  /** Octets of heap for each mail: some 300 that it takes, and what must be free beside them; measured by QueueDepth. */
  private static final long OCTETS = 480;

  private QueueLimit() {}

  /** How many mails a heap of so many octets is to bear. */
  static long ofHeap(long octets) {
    return octets / OCTETS;
  }

  /**
   * The limit that is set, or else that of this process' heap; empty for an external broker.
   *
   * @throws InvalidSettingException when one is set for an external broker
   */
  static OptionalLong of(Settings settings) throws InvalidSettingException {
    Optional<Long> set = settings.find(ActiveMqQueueFactory.QUEUE_LIMIT);
    if (settings.find(ActiveMqQueueFactory.BROKER_URL).isPresent()) {
      if (set.isPresent()) {
        throw new InvalidSettingException(
            "queueLimit is for the queue in this server: with brokerUrl the broker's own limits "
                + "hold");
      }
      return OptionalLong.empty();
    }
    long fits = ofHeap(Runtime.getRuntime().maxMemory());
    if (set.isPresent() && set.get() > fits) {
      LOG.warn(
          "queueLimit allows {} mails, and the heap has room for some {}: give it more, or lower the limit",
          set.get(),
          fits);
    }
    return OptionalLong.of(set.orElse(fits));
  }
}
