package org.mansio.spi.testkit.queue;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.trace.TraceLog;

/**
 * What every queue keeps to. Extend it, and say how a queue is made; each of the interfaces holds the tests of one subject.
 * A test opens and closes queues over one directory; opening another is a restart.
 */
public abstract class MailQueueContract
    implements QueuedContentContract,
        ChainContract,
        RestartContract,
        LaneContract,
        AttemptContract,
        OnDemandContract,
        DrainContract,
        DeliveryTimeContract,
        DelayNoticeContract,
        QueueViewContract,
        QueueOperationsContract {
  private static final String TRANSPORT = "test";

  @TempDir
  private Path directory;

  private ScriptedTransport transport;
  private MemoryTransports transports;
  private RoutingChain chain;
  private MemoryTrace trace;
  private @Nullable MailQueue current;

  /**
   * When a queue does what.
   *
   * @param retryDelay between all attempts; also how long a dead destination rests
   * @param maxAge when a mail is given up
   * @param delayWarning at what age of a mail its sender is told that it takes long
   */
  public record Timing(Duration retryDelay, Duration maxAge, Duration delayWarning) {}

  /** A queue, not yet open, over what an earlier one left in the directory. */
  protected abstract MailQueue create(Path directory, Timing timing, TraceLog trace)
      throws Exception;

  @BeforeEach
  void prepare() {
    transport = new ScriptedTransport(TRANSPORT);
    transports = new MemoryTransports();
    transports.register(transport);
    chain = new RoutingChain(TRANSPORT);
    trace = new MemoryTrace();
  }

  @AfterEach
  protected void closeQueue() {
    if (current != null) {
      current.close(GRACE);
    }
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public ScriptedTransport transport() {
    return transport;
  }

  @Override
  public void replaceTransport(ScriptedTransport another) {
    transport = another;
    transports = new MemoryTransports();
    transports.register(another);
  }

  @Override
  public void removeTransport() {
    transports = new MemoryTransports();
  }

  @Override
  public RoutingChain chain() {
    return chain;
  }

  @Override
  public MemoryTrace trace() {
    return trace;
  }

  @Override
  public MailQueue open(Timing timing) throws Exception {
    closeQueue();
    MailQueue queue = create(directory, timing, trace);
    current = queue;
    queue.open();
    return queue;
  }

  @Override
  public void start(MailQueue queue, MailProcessor processor) throws Exception {
    queue.start(processor, transports);
  }
}
