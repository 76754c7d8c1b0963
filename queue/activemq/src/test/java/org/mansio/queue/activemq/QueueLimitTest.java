package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** The queue has a limit that memory sets, and what is in it goes on at the limit. */
class QueueLimitTest {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final long SHIPPED_HEAP = 676_855_808;

  @TempDir
  Path directory;

  private MailQueue queue;
  private final ScriptedTransport transport = new ScriptedTransport("test");

  @AfterEach
  void close() {
    if (queue != null) {
      queue.close(GRACE);
    }
  }

  private void open(String limit) throws Exception {
    queue = ActiveMqQueueFactory.create(
        settings(Map.of("queueLimit", limit, "retrySchedule", "4h")),
        directory,
        () -> 1L << 40,
        TraceLog.none());
    queue.open();
  }

  private void start() {
    MemoryTransports transports = new MemoryTransports();
    transports.register(transport);
    queue.start(
        mail -> new ProcessingResult(
            List.of(),
            List.of(new Dispatch(
                mail,
                new Route(
                    "test",
                    mail.envelope().recipients().getFirst().address().domain(),
                    "bounces"))),
            List.of()),
        transports);
  }

  private static Settings settings(Map<String, String> texts) throws InvalidSettingException {
    return Settings.ofTexts(new ActiveMqQueueFactory().settings(), texts);
  }

  private void enqueue() throws QueueException {
    queue.enqueue(SpooledMail.arriving(
        Envelope.of("a@example.org", "b@example.net"), Content.of(new byte[10]), Origin.local()));
  }

  private void assertRefuses() {
    QueueException refused = catchThrowableOfType(QueueException.class, this::enqueue);
    assertThat(refused.reason()).isEqualTo(QueueException.Reason.FULL);
    assertThat(refused).hasMessageContaining("queueLimit");
    assertThat(queue.refusal()).contains(QueueException.Reason.FULL);
    assertThat(queue.control().condition().refusal()).contains(QueueException.Reason.FULL);
  }

  @Test
  void mailBeyondTheLimitIsRefusedAlsoAfterARestartUntilSomeHasLeft() throws Exception {
    open("3");
    for (int i = 0; i < 3; i++) {
      assertThat(queue.refusal()).isEmpty();
      enqueue();
    }
    assertRefuses();
    assertThat(queue.control().condition().records()).isEqualTo(3);
    assertThat(queue.control().condition().limit()).isEqualTo(OptionalLong.of(3));
    queue.close(GRACE);

    open("3");
    assertRefuses();
    start();

    await().until(() -> queue.refusal().isEmpty());
    enqueue();
    await().until(() -> transport.attempts().size() == 4);
  }

  @Test
  void whatIsDeferredCountsAndGoesOnAtTheLimit() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    open("2");
    start();
    // Until it is told what lies in front of it in the spool, the mark of the start counts too.
    await().until(() -> queue.control().condition().records() == 0);
    enqueue();
    enqueue();
    await().until(() -> transport.attempts().size() == 2);
    assertRefuses();

    transport.answer("example.net", ScriptedTransport::delivered);
    await()
        .until(() ->
            queue.control().retry(QueueFilter.all()) >= 0 && queue.refusal().isEmpty());
    enqueue();
  }

  @Test
  void theShippedHeapBearsAMillionDeferredMails() throws Exception {
    assertThat(QueueLimit.ofHeap(SHIPPED_HEAP)).isGreaterThan(1_100_000);
    assertThat(QueueLimit.of(settings(Map.of())))
        .hasValue(QueueLimit.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  @Test
  void anExternalBrokerHasLimitsOfItsOwn() throws Exception {
    assertThat(QueueLimit.of(settings(Map.of("brokerUrl", "tcp://localhost:1"))))
        .isEmpty();
    assertThat(catchThrowableOfType(
            InvalidSettingException.class,
            () -> QueueLimit.of(
                settings(Map.of("brokerUrl", "tcp://localhost:1", "queueLimit", "5")))))
        .hasMessageContaining("queueLimit");
  }
}
