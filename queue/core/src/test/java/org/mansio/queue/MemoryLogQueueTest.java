package org.mansio.queue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import org.mansio.queue.log.MemoryLog;
import org.mansio.queue.outgoing.LaneLimits;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.testkit.queue.MailQueueContract;
import org.mansio.spi.trace.TraceLog;

/** The contract, over a log in memory that outlives the queues. */
class MemoryLogQueueTest extends MailQueueContract {
  private final MemoryLog log = new MemoryLog();

  @Override
  protected MailQueue create(Path directory, Timing timing, TraceLog trace) {
    OutgoingSettings outgoing = new OutgoingSettings(
        new LaneLimits(1000, timing.retryDelay(), timing.retryDelay()),
        new RetrySchedule(
            List.of(timing.retryDelay()), timing.maxAge(), List.of(timing.delayWarning())),
        OptionalInt.empty(),
        Duration.ofMillis(300));
    return new DurableMailQueue(
        new QueueSettings(directory, 1 << 18, 1 << 16, 0, 4, outgoing),
        log,
        () -> Long.MAX_VALUE,
        trace,
        InstantSource.system());
  }
}
