package org.mansio.queue.activemq;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.queue.MailQueueContract;
import org.mansio.spi.trace.TraceLog;
import org.jspecify.annotations.Nullable;

/** The contract, on a broker in another process. */
class ExternalBrokerQueueTest extends MailQueueContract {
  private @Nullable BrokerProcess broker;

  @Override
  protected MailQueue create(Path directory, Timing timing, TraceLog trace) throws Exception {
    String retryDelay = timing.retryDelay().toMillis() + "ms";
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of(
            "brokerUrl", "failover:(" + running().url() + ")",
            "retrySchedule", retryDelay,
            "firstBackOff", retryDelay,
            "longestBackOff", retryDelay,
            "maxAge", timing.maxAge().toMillis() + "ms",
            "delayWarning", timing.delayWarning().toMillis() + "ms"));
    Path own = directory.resolve("queue");
    return ActiveMqQueueFactory.create(settings, own, () -> 1L << 40, trace);
  }

  private BrokerProcess running() throws IOException {
    BrokerProcess known = broker;
    if (known == null) {
      known = BrokerProcess.start(directory);
      broker = known;
    }
    return known;
  }

  @AfterEach
  void stopBroker() throws InterruptedException {
    if (broker != null) {
      broker.close();
    }
  }
}
