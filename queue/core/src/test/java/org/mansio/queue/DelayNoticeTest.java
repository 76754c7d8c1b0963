package org.mansio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.queue.log.MemoryLog;
import org.mansio.queue.outgoing.LaneLimits;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** Each delay is told once, whatever happens to the queue in between. */
class DelayNoticeTest {
  private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir
  Path directory;

  private final List<SpooledMail> notices = new CopyOnWriteArrayList<>();
  private final MemoryTransports transports = new MemoryTransports();
  private final ScriptedTransport transport = new ScriptedTransport("test");
  private DurableMailQueue queue;

  @BeforeEach
  void register() {
    transport.answer("example.net", ScriptedTransport::deferred);
    transports.register(transport);
  }

  @AfterEach
  void close() {
    if (queue != null) {
      queue.close(Duration.ofSeconds(10));
    }
  }

  private DurableMailQueue startAt(Instant time, MemoryLog log) throws Exception {
    close();
    OutgoingSettings outgoing = new OutgoingSettings(
        new LaneLimits(10, HOUR, HOUR),
        new RetrySchedule(
            List.of(DAY.multipliedBy(4)), Duration.ofDays(5), List.of(HOUR.multipliedBy(4), DAY)),
        OptionalInt.empty(),
        Duration.ofMillis(300));
    DurableMailQueue started = new DurableMailQueue(
        new QueueSettings(directory, 1 << 16, 1 << 16, 0, 1, outgoing),
        log,
        () -> Long.MAX_VALUE,
        TraceLog.none(),
        new SettableClock(time));
    queue = started;
    started.open();
    started.start(
        mail -> {
          notices.add(mail);
          return new ProcessingResult(List.of(), List.of(), List.of());
        },
        transports);
    return started;
  }

  private MemoryLog logWithDeferred(Recipient... recipients) {
    return logWithDeferred(ARRIVAL.plus(DAY.multipliedBy(4)), recipients);
  }

  private MemoryLog logWithDeferred(Instant due, Recipient... recipients) {
    BlobStore blobs = BlobStore.counted(directory);
    SpooledMail mail = new SpooledMail(
        new MailId("M1"),
        Envelope.of(Optional.of(MailAddress.of("a@example.org")), List.of(recipients)),
        new QueuedContent(new byte[] {'x'}, Optional.empty(), blobs),
        Attributes.none(),
        Origin.local(),
        ARRIVAL,
        "root",
        0,
        0);
    return new MemoryLog()
        .withEntry(new RecordCodec(blobs)
            .encode(new QueueRecord.Waiting(
                UUID.randomUUID(),
                1,
                Optional.of(new Route("test", "example.net", "bounces")),
                false,
                3,
                due,
                Optional.of("451 4.2.1 come again"),
                Optional.empty(),
                mail)));
  }

  private static Recipient recipient(String address, Recipient.Notify... conditions) {
    return new Recipient(
        MailAddress.of(address), Set.of(conditions), Optional.empty(), Optional.empty());
  }

  private void awaitNotices(int count) {
    await().untilAsserted(() -> assertThat(notices).hasSize(count));
  }

  private static void awaitAtRest(DurableMailQueue started, MemoryLog log) {
    await().untilAsserted(() -> {
      assertThat(started.control().list(QueueFilter.of(QueueEntry.State.DEFERRED)))
          .hasSize(1);
      assertThat(log.spoolDepth()).isZero();
    });
  }

  @Test
  void eachMomentIsToldOnceOverRestarts() throws Exception {
    MemoryLog log = logWithDeferred(recipient("b@example.net"));
    startAt(ARRIVAL.plus(HOUR), log);
    awaitAtRest(queue, log);
    assertThat(notices).isEmpty();

    startAt(ARRIVAL.plus(HOUR.multipliedBy(5)), log);
    awaitNotices(1);
    awaitAtRest(queue, log);
    startAt(ARRIVAL.plus(HOUR.multipliedBy(6)), log);
    awaitAtRest(queue, log);
    startAt(ARRIVAL.plus(DAY), log);
    awaitNotices(2);
    awaitAtRest(queue, log);
    startAt(ARRIVAL.plus(DAY.multipliedBy(2)), log);
    awaitAtRest(queue, log);

    assertThat(notices).hasSize(2).extracting(SpooledMail::id).doesNotHaveDuplicates();
    assertThat(notices).allSatisfy(notice -> {
      assertThat(notice.processor()).isEqualTo("bounces");
      RecipientStatus status =
          notice.envelope().recipients().getFirst().status().orElseThrow();
      assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
      assertThat(status.status()).hasToString("4.2.1");
      assertThat(status.diagnostic()).isEqualTo("451 4.2.1 come again");
      assertThat(notice.attributes().text(Attributes.RETRIED_UNTIL))
          .hasValue("2026-01-06T00:00:00Z");
    });
    assertThat(transport.attempts()).isEmpty();
    assertThat(queue.control().list(QueueFilter.all()).toList().getFirst().attempts())
        .isEqualTo(3);
  }

  @Test
  void whatIsToldAgainAfterACrashHasTheSameId() throws Exception {
    startAt(ARRIVAL.plus(HOUR.multipliedBy(5)), logWithDeferred(recipient("b@example.net")));
    awaitNotices(1);
    startAt(ARRIVAL.plus(HOUR.multipliedBy(7)), logWithDeferred(recipient("b@example.net")));
    awaitNotices(2);
    startAt(ARRIVAL.plus(DAY), logWithDeferred(recipient("b@example.net")));
    awaitNotices(3);

    assertThat(notices.get(1).id()).isEqualTo(notices.get(0).id());
    assertThat(notices.get(2).id()).isNotEqualTo(notices.get(0).id());
  }

  @Test
  void aWarningThatTookPlaceInDoubtIsNotGivenAgain() throws Exception {
    MemoryLog log = logWithDeferred(recipient("b@example.net"));
    log.doubt(2);

    startAt(ARRIVAL.plus(HOUR.multipliedBy(5)), log);

    awaitNotices(1);
    awaitAtRest(queue, log);
    assertThat(log.entries()).isEqualTo(1);
    assertThat(notices).hasSize(1);
  }

  @Test
  void onlyWhoWantsToHearOfItDoes() throws Exception {
    MemoryLog log = logWithDeferred(
        recipient("default@example.net"),
        recipient("delay@example.net", Recipient.Notify.DELAY),
        recipient("failure@example.net", Recipient.Notify.FAILURE),
        recipient("never@example.net", Recipient.Notify.NEVER));

    startAt(ARRIVAL.plus(HOUR.multipliedBy(5)), log);

    awaitNotices(1);
    awaitAtRest(queue, log);
    assertThat(notices.getFirst().envelope().recipients())
        .extracting(Recipient::toString)
        .containsExactly("default@example.net", "delay@example.net");
    assertThat(queue.control().list(QueueFilter.all()).toList().getFirst().recipients())
        .hasSize(4);
  }

  @Test
  void anAttemptThatFailsTellsOfTheDelayItself() throws Exception {
    MemoryLog log = logWithDeferred(ARRIVAL.plus(HOUR.multipliedBy(4)), recipient("b@example.net"));

    startAt(ARRIVAL.plus(HOUR.multipliedBy(4)), log);

    awaitNotices(1);
    awaitAtRest(queue, log);
    assertThat(transport.attempts()).hasSize(1);
    RecipientStatus status =
        notices.getFirst().envelope().recipients().getFirst().status().orElseThrow();
    assertThat(status.status()).hasToString("4.7.1");
    assertThat(status.remoteMta()).contains("mx.example.net");
  }
}
