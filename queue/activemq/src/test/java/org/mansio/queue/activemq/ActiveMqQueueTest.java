package org.mansio.queue.activemq;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.queue.MailQueueContract;
import org.mansio.spi.trace.TraceLog;

/** The contract, on the embedded broker. */
class ActiveMqQueueTest extends MailQueueContract {
  @Override
  protected MailQueue create(Path directory, Duration retryDelay, Duration maxAge, TraceLog trace)
      throws Exception {
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of(
            "retrySchedule", retryDelay.toMillis() + "ms",
            "firstBackOff", retryDelay.toMillis() + "ms",
            "longestBackOff", retryDelay.toMillis() + "ms",
            "maxAge", maxAge.toMillis() + "ms"));
    return ActiveMqQueueFactory.create(settings, directory, FreeSpace.of(directory), trace);
  }
}
