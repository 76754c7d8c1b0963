package org.mansio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
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
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** What the queue does about what its log, or what a mailet leaves it with, shouldn't be. */
class DurableMailQueueTest {
  private static final Route ROUTE = new Route("test", "example.net", "bounces");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir
  Path directory;

  private final MemoryLog log = new MemoryLog();
  private final ScriptedTransport transport = new ScriptedTransport("test");
  private final MemoryTransports transports = new MemoryTransports();
  private DurableMailQueue queue;

  @AfterEach
  void close() {
    queue.close(Duration.ofSeconds(10));
  }

  private DurableMailQueue open() throws Exception {
    OutgoingSettings outgoing = new OutgoingSettings(
        new LaneLimits(10, HOUR, HOUR),
        new RetrySchedule(List.of(HOUR), Duration.ofDays(5), List.of()),
        OptionalInt.empty(),
        Duration.ofMillis(300));
    queue = new DurableMailQueue(
        new QueueSettings(directory, 1 << 16, 1 << 16, 0, 1, outgoing),
        log,
        () -> Long.MAX_VALUE,
        TraceLog.none(),
        InstantSource.system());
    queue.open();
    return queue;
  }

  private DurableMailQueue start(MailProcessor chain) throws Exception {
    transports.register(transport);
    open().start(chain, transports);
    return queue;
  }

  private static ProcessingResult deliver(SpooledMail mail) {
    return new ProcessingResult(List.of(), List.of(new Dispatch(mail, ROUTE)), List.of());
  }

  private static SpooledMail mail(String recipient) {
    return SpooledMail.arriving(
        Envelope.of("a@example.org", recipient),
        Content.of("Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        Origin.local());
  }

  private byte[] waiting(UUID id, int generation, boolean held, SpooledMail mail) {
    return waiting(id, generation, held, 0, Instant.EPOCH, mail);
  }

  private byte[] waiting(
      UUID id, int generation, boolean held, int attempts, Instant due, SpooledMail mail) {
    BlobStore blobs = BlobStore.counted(directory);
    QueuedContent content = new QueuedContent(new byte[] {'x'}, Optional.empty(), blobs);
    return new RecordCodec(blobs)
        .encode(new QueueRecord.Waiting(
            id,
            generation,
            Optional.of(ROUTE),
            held,
            attempts,
            due,
            Optional.empty(),
            Optional.empty(),
            mail.withContent(content)));
  }

  private long count(QueueEntry.State state) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == state)
        .mapToLong(count -> count.count())
        .sum();
  }

  @Test
  void anEntryIsHeldAfterAStartAsItsHighestGenerationSays() throws Exception {
    UUID id = UUID.randomUUID();
    SpooledMail mail = mail("b@example.net");
    log.withEntry(waiting(id, 1, false, mail)).withEntry(waiting(id, 2, true, mail));

    open();

    assertThat(count(QueueEntry.State.HELD)).isEqualTo(1);
    assertThat(log.entries()).isEqualTo(1);
  }

  @Test
  void aShardThatIsGivenUpWaitsForADeliveryStraightFromTheChain() throws Exception {
    CountDownLatch under = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    transport.answer(ROUTE.destination(), delivery -> {
      under.countDown();
      go.await();
      return ScriptedTransport.delivered(delivery);
    });
    start(DurableMailQueueTest::deliver).enqueue(mail("b@example.net"));
    under.await();

    Thread giving = Thread.ofVirtual().start(() -> log.lose(0, HOUR));
    await().until(() -> giving.getState() == Thread.State.TIMED_WAITING);
    go.countDown();

    assertThat(giving.join(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void aRetryIsNotPutOffByAClockThatWasSetBackDuringAStop() throws Exception {
    Instant start = Instant.now();
    SpooledMail mail = mail("b@example.net");
    log.withEntry(waiting(UUID.randomUUID(), 2, false, 1, start.plus(Duration.ofDays(2)), mail));

    open();

    try (Stream<QueueEntry> entries = queue.control().list(QueueFilter.all())) {
      assertThat(entries.findFirst().flatMap(QueueEntry::nextAttempt).orElseThrow())
          // The schedule's hour and a fifth.
          .isBefore(start.plus(HOUR.multipliedBy(2)));
    }
  }

  @Test
  void anEntryThatATransactionInDoubtWroteTwiceEndsWithBoth() throws Exception {
    UUID id = UUID.randomUUID();
    SpooledMail mail = mail("b@example.net");
    log.withEntry(waiting(id, 1, false, mail)).withEntry(waiting(id, 1, false, mail));

    start(DurableMailQueueTest::deliver);

    await().untilAsserted(() -> assertThat(log.entries()).isZero());
    assertThat(transport.attempts()).hasSize(1);
  }

  @Test
  void aChangeThatTookPlaceInDoubtIsNotMadeAgain() throws Exception {
    log.withEntry(waiting(UUID.randomUUID(), 1, true, mail("b@example.net")));
    open();
    log.doubt(1);

    long removed = queue.control().remove(QueueFilter.all());

    assertThat(removed).isEqualTo(1);
    assertThat(log.entries()).isZero();
  }

  @Test
  void whatWasDeliveredWhenATransactionFailedIsNotDeliveredAgain() throws Exception {
    AtomicInteger chains = new AtomicInteger();
    transport.answer("example.net", delivery -> {
      log.refuseCommits(2);
      return ScriptedTransport.delivered(delivery);
    });
    start(mail -> {
      chains.incrementAndGet();
      return deliver(mail);
    });
    awaitTransactions(1);

    queue.enqueue(mail("b@example.net"));
    awaitTransactions(2);

    assertThat(transport.attempts()).hasSize(1);
    assertThat(chains).hasValue(1);
    assertThat(log.spoolDepth() + log.inHand() + log.entries()).isZero();
  }

  /** The first one has the mark of the start. */
  private void awaitTransactions(int count) {
    await().until(() -> log.commits() == count);
  }

  @Test
  void anAttemptUnderWayWhenATransactionFailedEndsTheEntryThatIsWrittenLater() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    transport.answer("example.net", delivery -> {
      if (written.getCount() > 0) {
        log.refuseCommits(1);
      }
      written.await();
      return ScriptedTransport.delivered(delivery);
    });
    start(DurableMailQueueTest::deliver);
    awaitTransactions(1);

    queue.enqueue(mail("b@example.net"));
    awaitTransactions(2);
    written.countDown();
    await().untilAsserted(() -> assertThat(log.entries()).isZero());

    assertThat(transport.attempts()).hasSize(1);
  }

  @Test
  void anAttemptUnderWayGoesOnWhenItsTransactionTookPlaceThoughItFailed() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    transport.answer("example.net", delivery -> {
      if (arrived.getCount() > 0) {
        log.doubtSilently(1);
      }
      arrived.await();
      return ScriptedTransport.delivered(delivery);
    });
    start(DurableMailQueueTest::deliver);
    awaitTransactions(1);

    queue.enqueue(mail("b@example.net"));
    awaitTransactions(2);
    await().until(() -> log.arriveLate() == 1);
    arrived.countDown();
    await().untilAsserted(() -> assertThat(log.entries()).isZero());

    assertThat(transport.attempts()).hasSize(1);
  }

  @Test
  void aMailThatCantBeWrittenHoldsUpNoOther() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    start(mail -> deliver(
        mail.envelope().recipients().getFirst().address().localPart().equals("bad")
            ? mail.withContent(new BrokenContent())
            : mail));

    queue.enqueue(mail("bad@example.net"));
    queue.enqueue(mail("good@example.net"));

    await().untilAsserted(() -> {
      assertThat(count(QueueEntry.State.DEFERRED)).isEqualTo(1);
      assertThat(log.entries()).isEqualTo(2);
    });
    assertThat(log.spoolDepth()).isZero();
  }

  @Test
  void aTransportWithoutAnAnswerLeavesItsPlaceToOthers() throws Exception {
    transport.answer("example.net", delivery -> null);
    start(DurableMailQueueTest::deliver);

    for (int i = 0; i < 20; i++) {
      queue.enqueue(mail("b" + i + "@example.net"));
    }

    await().untilAsserted(() -> assertThat(count(QueueEntry.State.DEFERRED)).isEqualTo(20));
  }

  @Test
  void bodiesAreKeptAsLongAsARecordCantBeRead() throws Exception {
    BlobStore before = BlobStore.counted(directory);
    before.open();
    Path body = before.path(before.write(Content.of(new byte[] {'x'})).name());
    log.withEntry(new byte[] {99});
    start(DurableMailQueueTest::deliver);
    await().untilAsserted(() -> assertThat(log.spoolDepth()).isZero());

    queue.close(Duration.ofSeconds(10));

    assertThat(body).exists();
    try (Stream<Path> files = Files.list(directory.resolve("incoming"))) {
      assertThat(files).isEmpty();
    }
  }

  /** What a mailet may hand over whose file is gone. */
  private static final class BrokenContent implements Content {
    @Override
    public long size() {
      return 1;
    }

    @Override
    public InputStream open() throws IOException {
      throw new IOException("gone");
    }
  }

  @Test
  void anEntryThatCannotBeReadForAWhileIsTriedAgainWithoutARestart() throws Exception {
    transport.answer(
        "example.net",
        delivery -> delivery.attempt() == 1
            ? ScriptedTransport.deferred(delivery)
            : ScriptedTransport.delivered(delivery));
    start(DurableMailQueueTest::deliver).enqueue(mail("b@example.net"));
    await().until(() -> queue.control().count(QueueFilter.of(QueueEntry.State.DEFERRED)) == 1);
    log.unreadable(true);
    assertThat(queue.control().retry(QueueFilter.of(QueueEntry.State.DEFERRED))).isEqualTo(1);

    await().until(() -> queue.control().count(QueueFilter.of(QueueEntry.State.DEFERRED)) == 1);
    log.unreadable(false);
    queue.control().retry(QueueFilter.of(QueueEntry.State.DEFERRED));

    await().until(() -> log.entries() == 0);
  }

  /** A slow first attempt is handed over, and may be at its end before the log has its entry. */
  @Test
  void whatCameOfAnAttemptIsRecordedWhenItsEntryIsInTheLog() throws Exception {
    CountDownLatch handedOver = new CountDownLatch(1);
    CountDownLatch durable = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    log.holdCommits(handedOver, durable);
    transport.answer("example.net", delivery -> {
      answer.await();
      return ScriptedTransport.refused(delivery);
    });
    RoutingChain chain = new RoutingChain("test");
    start(chain).enqueue(mail("b@example.net"));
    handedOver.await();

    answer.countDown();
    await()
        .until(() -> queue.control().destinations().stream()
                .mapToLong(QueueControl.LaneStatus::active)
                .sum()
            == 0);
    durable.countDown();

    await().untilAsserted(() -> {
      assertThat(chain.bounced()).hasSize(1);
      assertThat(log.entries()).isZero();
      assertThat(log.spoolDepth()).isZero();
    });
    assertThat(transport.attempts()).hasSize(1);
  }
}
