package org.mansio.queue.activemq;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.queue.MailQueueContract;
import org.mansio.spi.trace.TraceLog;

/** The contract, on a broker in another process. */
class ExternalBrokerQueueTest extends MailQueueContract {
  private static BrokerProcess broker;

  @Override
  protected MailQueue create(Path directory, Timing timing, TraceLog trace) throws Exception {
    String retryDelay = timing.retryDelay().toMillis() + "ms";
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of(
            "brokerUrl",
            "failover:(" + broker.url() + ")",
            "retrySchedule",
            retryDelay,
            "firstBackOff",
            retryDelay,
            "longestBackOff",
            retryDelay,
            "maxAge",
            timing.maxAge().toMillis() + "ms",
            "delayWarning",
            timing.delayWarning().toMillis() + "ms"));
    Path own = directory.resolve("queue");
    return ActiveMqQueueFactory.create(settings, own, () -> 1L << 40, trace);
  }

  @BeforeAll
  static void startBroker(@TempDir Path folder) throws IOException {
    broker = BrokerProcess.start(folder);
  }

  @AfterEach
  void forgetMail() throws Exception {
    closeQueue();
    broker.forgetMail();
  }

  @AfterAll
  static void stopBroker() throws InterruptedException {
    broker.close();
  }
}
