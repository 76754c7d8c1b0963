package org.mansio.queue.activemq;

import java.nio.file.Path;
import java.util.Map;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.queue.MailQueueContract;
import org.mansio.spi.trace.TraceLog;

/** The contract, on the journal within the server. */
class ActiveMqQueueTest extends MailQueueContract {
  @Override
  protected MailQueue create(Path directory, Timing timing, TraceLog trace) throws Exception {
    String retryDelay = timing.retryDelay().toMillis() + "ms";
    Settings settings = Settings.ofTexts(
        new ActiveMqQueueFactory().settings(),
        Map.of(
            "retrySchedule", retryDelay,
            "firstBackOff", retryDelay,
            "longestBackOff", retryDelay,
            "maxAge", timing.maxAge().toMillis() + "ms",
            "delayWarning", timing.delayWarning().toMillis() + "ms"));
    return ActiveMqQueueFactory.create(settings, directory, FreeSpace.of(directory), trace);
  }
}
