package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * What every queue keeps. A test opens and closes queues over one directory; opening another is a restart.
 */
public abstract class MailQueueContract {
  private static final String TRANSPORT = "test";
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration DAYS = Duration.ofDays(5);

  @TempDir
  protected Path directory;

  protected MemoryTransports transports;
  protected ScriptedTransport transport;
  protected RoutingChain chain;
  protected MemoryTrace trace;

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

  protected MailQueue open(Duration retryDelay, Duration maxAge) throws Exception {
    return open(new Timing(retryDelay, maxAge, DAYS));
  }

  private MailQueue open(Timing timing) throws Exception {
    closeQueue();
    MailQueue queue = create(directory, timing, trace);
    current = queue;
    queue.open();
    return queue;
  }

  protected MailQueue start(Duration retryDelay) throws Exception {
    return start(retryDelay, chain);
  }

  private MailQueue start(Duration retryDelay, MailProcessor processor) throws Exception {
    MailQueue queue = open(retryDelay, DAYS);
    queue.start(processor, transports);
    return queue;
  }

  protected static SpooledMail mail(String... recipients) {
    return mail(
        Content.of("Subject: test\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)),
        recipients);
  }

  protected static SpooledMail mail(Content content, String... recipients) {
    return SpooledMail.arriving(
        Envelope.of("sender@example.org", recipients), content, Origin.local());
  }

  protected static long count(MailQueue queue, QueueEntry.State state) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == state)
        .mapToLong(count -> count.count())
        .sum();
  }

  private static void awaitCount(MailQueue queue, QueueEntry.State state, long count) {
    await().untilAsserted(() -> assertThat(count(queue, state)).isEqualTo(count));
  }

  private static void awaitEmpty(MailQueue queue) {
    for (QueueEntry.State state : QueueEntry.State.values()) {
      awaitCount(queue, state, 0);
    }
  }

  private static List<MailId> ids(List<SpooledMail> mails) {
    return mails.stream().map(SpooledMail::id).toList();
  }

  // ---- spool ----

  @Test
  void mailThatWasEnqueuedIsThereAfterAReopening() throws Exception {
    MailQueue first = open(LONG, DAYS);
    List<SpooledMail> mails = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      SpooledMail mail = mail("user" + i + "@example.net");
      mails.add(mail);
      first.enqueue(mail);
    }

    MailQueue second = start(LONG);

    await().untilAsserted(() -> assertThat(ids(chain.processed())).hasSize(50));
    assertThat(ids(chain.processed())).containsExactlyInAnyOrderElementsOf(ids(mails));
    awaitEmpty(second);
  }

  @Test
  void whatComesOutIsWhatWentIn() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    Recipient recipient = new Recipient(
        MailAddress.of("user@example.net"),
        EnumSet.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
        Optional.of("rfc822;Old+2BUser@example.net"),
        Optional.empty());
    Envelope envelope = new Envelope(
        Optional.empty(),
        List.of(recipient),
        BodyType.BINARY_MIME,
        true,
        Optional.of(Envelope.ReturnContent.HDRS),
        Optional.of("QQ314159"),
        Map.of("MT-PRIORITY", "3", "REQUIRETLS", ""));
    Origin origin = new Origin(
        "smtp",
        "ESMTPSA",
        Optional.of("192.0.2.1"),
        Optional.empty(),
        Optional.of("client"),
        Optional.of("alice"),
        Optional.of("TLSv1.3"));
    SpooledMail mail =
        SpooledMail.arriving(envelope, Content.of(new byte[] {0, (byte) 0xff, '\r', 7}), origin);
    mail = mail.withAttributes(mail.attributes().with("note", "ünï"));

    queue.enqueue(mail);
    start(LONG);

    await().until(() -> chain.processed().size() == 1);
    SpooledMail found = chain.processed().getFirst();
    assertThat(found.withContent(mail.content())).isEqualTo(mail);
    assertThat(found.content().bytes(10)).containsExactly(0, 0xff, '\r', 7);
  }

  @Test
  void aLargeBodyGoesThroughUnchangedAlsoAfterARestartAndUnderANewHead() throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(7).nextBytes(body);
    transport.answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    try (ContentWriter writer = queue.newContent()) {
      for (int from = 0; from < body.length; from += 10_000) {
        writer.write(body, from, 10_000);
      }
      assertThat(writer.size()).isEqualTo(body.length);
      Content content = Content.prepend(
          "Received: x\r\n".getBytes(StandardCharsets.US_ASCII), writer.finish(), 0);
      queue.enqueue(mail(content, "user@example.net"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    List<byte[]> delivered = new CopyOnWriteArrayList<>();
    transport.answer("example.net", delivery -> {
      delivered.add(delivery.mail().content().bytes(4_000_000));
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    again.control().retry(QueueFilter.all());

    awaitEmpty(again);
    assertThat(delivered).hasSize(1);
    assertThat(Arrays.copyOfRange(delivered.getFirst(), 0, 13))
        .asString()
        .isEqualTo("Received: x\r\n");
    assertThat(Arrays.copyOfRange(delivered.getFirst(), 13, body.length + 13)).isEqualTo(body);
  }

  @Test
  void contentThatIsNeverEnqueuedLeavesNothing() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    long before = files();
    try (ContentWriter writer = queue.newContent()) {
      writer.write(new byte[1_000_000], 0, 1_000_000);
      writer.finish();
    }
    assertThat(files()).isEqualTo(before);
  }

  private long files() throws IOException {
    try (var found = Files.walk(directory)) {
      return found
          .filter(file -> !file.toString().contains("journal"))
          .filter(Files::isRegularFile)
          .count();
    }
  }

  @Test
  void bodiesAreDeletedWithTheLastMailThatNeedsThem() throws Exception {
    MailQueue queue = start(LONG);
    long before = files();
    transport.answer("later.example", ScriptedTransport::deferred);
    queue.enqueue(mail(Content.of(new byte[200_000]), "a@example.net", "b@later.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    assertThat(files()).isGreaterThan(before);

    queue.control().remove(QueueFilter.all());

    await().untilAsserted(() -> assertThat(files()).isEqualTo(before));
  }

  @Test
  void whatTheChainMakesReplacesTheMailItMadeItFrom() throws Exception {
    SpooledMail child = mail("child@example.com");
    SpooledMail parent = mail("parent@example.net");
    MailQueue queue = start(LONG, mail -> {
      ProcessingResult dispatched = chain.process(mail);
      return mail.id().equals(parent.id())
          ? new ProcessingResult(List.of(child), dispatched.dispatches(), List.of())
          : dispatched;
    });

    queue.enqueue(parent);

    await().until(() -> transport.attempts().size() == 2);
    assertThat(ids(chain.processed())).containsExactly(parent.id(), child.id());
    awaitEmpty(queue);
  }

  @Test
  void aChainThatThrowsKeepsTheMail() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    MailQueue queue = start(LONG, mail -> {
      calls.incrementAndGet();
      throw new IllegalStateException("broken on purpose");
    });
    SpooledMail mail = mail("user@example.net");
    queue.enqueue(mail);
    await().until(() -> calls.get() == 1);
    await()
        .untilAsserted(() -> assertThat(
                queue.control().list(QueueFilter.of(QueueEntry.State.SPOOL)))
            .anyMatch(entry -> entry.id().equals(mail.id()) && entry.lastError().isPresent()));

    MailQueue again = start(LONG);
    again.control().retry(QueueFilter.of(mail.id()));

    await()
        .until(() ->
            ids(transport.attempts().stream().map(d -> d.mail()).toList()).contains(mail.id()));
    awaitEmpty(again);
  }

  @Test
  void aPostponedPartGoesBackToItsPlaceInTheChainLater() throws Exception {
    MailQueue queue = start(
        LONG,
        mail -> mail.position() == 3
            ? chain.process(mail)
            : new ProcessingResult(
                List.of(),
                List.of(),
                List.of(new ProcessingResult.Postponed(
                    mail.at("root", 3, 1), SHORT, "directory away"))));

    SpooledMail mail = mail("user@example.net");
    queue.enqueue(mail);

    await().until(() -> transport.attempts().size() == 1);
    assertThat(chain.processed().getFirst().at("root", 0, 0).withContent(mail.content()))
        .isEqualTo(mail);
    assertThat(chain.processed().getFirst().attempts()).isEqualTo(1);
    awaitEmpty(queue);
  }

  @Test
  void aSlowMailInTheChainHoldsUpNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    SpooledMail slow = mail("slow@example.net");
    MailQueue queue = start(LONG, mail -> {
      if (mail.id().equals(slow.id())) {
        awaitLatch(release);
      }
      return chain.process(mail);
    });
    queue.enqueue(slow);
    for (int i = 0; i < 100; i++) {
      queue.enqueue(mail("user" + i + "@example.com"));
    }
    await().until(() -> transport.attempts("example.com").size() == 100);
    assertThat(transport.attempts("example.net")).isEmpty();

    release.countDown();

    await().until(() -> transport.attempts("example.net").size() == 1);
    awaitEmpty(queue);
  }

  // ---- lanes ----

  @Test
  void aBlockedLaneHoldsUpNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    transport.answer("blocked.example", delivery -> {
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    for (int i = 0; i < 300; i++) {
      queue.enqueue(mail("user" + i + "@blocked.example"));
    }
    for (int i = 0; i < 100; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }

    await().until(() -> transport.attempts("example.net").size() == 100);
    assertThat(transport.attempts("blocked.example").size())
        .isLessThanOrEqualTo(transport.laneConcurrency());
    release.countDown();
    awaitEmpty(queue);
    assertThat(transport.attempts("blocked.example")).hasSize(300);
  }

  @Test
  void aDeadLaneRestsAsAWhole() throws Exception {
    transport.answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(LONG);
    queue.enqueue(mail("first@dead.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    queue.enqueue(mail("second@dead.example"));
    awaitCount(queue, QueueEntry.State.READY, 1);

    assertThat(transport.attempts("dead.example")).hasSize(1);
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:dead.example");
      assertThat(lane.backOffUntil()).isPresent();
      assertThat(lane.hindrance())
          .contains(new QueueControl.Hindrance(
              QueueControl.Hindrance.Cause.BACKOFF, lane.backOffUntil()));
      assertThat(lane.lastError()).contains("connection refused");
    });
    transport.answer("dead.example", ScriptedTransport::delivered);
    queue.control().retry(QueueFilter.destination("dead.example"));
    awaitEmpty(queue);
  }

  @Test
  void aTransportThatIsGoneKeepsItsMailAndSaysWhy() throws Exception {
    transports = new MemoryTransports();
    MailQueue queue = start(LONG);

    queue.enqueue(mail("user@example.net"));

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    assertThat(queue
            .control()
            .list(QueueFilter.all())
            .toList()
            .getFirst()
            .lastError()
            .orElseThrow())
        .contains("test");
  }

  // ---- attempts ----

  @Test
  void deferredMailIsTriedAgainUntilDelivered() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    transport.answer(
        "example.net",
        delivery -> attempts.incrementAndGet() < 3
            ? ScriptedTransport.deferred(delivery)
            : ScriptedTransport.delivered(delivery));
    MailQueue queue = start(SHORT);

    queue.enqueue(mail("user@example.net"));

    await().until(() -> attempts.get() == 3);
    awaitEmpty(queue);
    assertThat(transport.attempts().stream().map(d -> d.attempt())).containsExactly(1, 2, 3);
    assertThat(trace.events().stream().map(TraceEvent::kind))
        .containsSubsequence(
            TraceEvent.Kind.DEFERRED, TraceEvent.Kind.DEFERRED, TraceEvent.Kind.DELIVERED);
  }

  @Test
  void eachRecipientGoesItsOwnWay() throws Exception {
    transport.answer("example.net", ScriptedTransport::byLocalPart);
    MailQueue queue = start(LONG);

    SpooledMail mail = mail("ok@example.net", "later@example.net", "never@example.net");
    queue.enqueue(mail);

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    QueueEntry rest = queue.control().show(mail.id()).getFirst();
    assertThat(rest.recipients()).containsExactly(MailAddress.of("later@example.net"));
    assertThat(rest.attempts()).isEqualTo(1);
    await().until(() -> chain.bounced().size() == 1);
    SpooledMail bounce = chain.bounced().getFirst();
    assertThat(bounce.id()).isNotEqualTo(mail.id());
    assertThat(bounce.envelope().recipients()).singleElement().satisfies(recipient -> {
      assertThat(recipient.address()).isEqualTo(MailAddress.of("never@example.net"));
      assertThat(recipient.status().orElseThrow().action())
          .isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(recipient.status().orElseThrow().status()).hasToString("5.1.1");
      assertThat(recipient.status().orElseThrow().diagnostic()).isEqualTo("550 5.1.1 no such user");
      assertThat(recipient.status().orElseThrow().remoteMta()).contains("mx.example.net");
    });
    assertThat(bounce.content().bytes(100)).isEqualTo(mail.content().bytes(100));
  }

  @Test
  void mailThatGrowsTooOldFails() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = open(SHORT, Duration.ofMillis(300));
    queue.start(chain, transports);

    queue.enqueue(mail("user@example.net"));

    await().until(() -> chain.bounced().size() == 1);
    RecipientStatus status =
        chain.bounced().getFirst().envelope().recipients().getFirst().status().orElseThrow();
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
    assertThat(status.status()).hasToString("5.4.7");
    assertThat(status.diagnostic()).contains("come again");
    assertThat(transport.attempts().size()).isGreaterThan(1);
    awaitEmpty(queue);
  }

  @Test
  void mailForADeadDestinationThatGrowsTooOldFailsToo() throws Exception {
    transport.answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = open(SHORT, Duration.ofMillis(500));
    queue.start(chain, transports);

    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@dead.example"));
    }

    await().until(() -> chain.bounced().size() == 5);
    awaitEmpty(queue);
  }

  @Test
  void successIsReportedToWhoAskedForIt() throws Exception {
    MailQueue queue = start(LONG);
    Recipient asking = new Recipient(
        MailAddress.of("asking@example.net"),
        EnumSet.of(Recipient.Notify.SUCCESS),
        Optional.empty(),
        Optional.empty());
    SpooledMail mail = mail("silent@example.net");
    queue.enqueue(mail.withEnvelope(
        mail.envelope().withRecipients(List.of(asking, Recipient.of("silent@example.net")))));

    await().until(() -> chain.bounced().size() == 1);
    assertThat(chain.bounced().getFirst().envelope().recipients())
        .singleElement()
        .satisfies(recipient -> {
          assertThat(recipient.address()).isEqualTo(asking.address());
          assertThat(recipient.status().orElseThrow().action())
              .isEqualTo(RecipientStatus.Action.RELAYED);
        });
    awaitEmpty(queue);
  }

  @Test
  void aTransportThatThrowsDefersAll() throws Exception {
    transport.answer("example.net", delivery -> {
      throw new IllegalStateException("broken on purpose");
    });
    MailQueue queue = start(LONG);

    queue.enqueue(mail("user@example.net"));

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
  }

  // ---- restart ----

  @Test
  void deferredAndHeldEntriesSurviveARestart() throws Exception {
    transport.answer("later.example", ScriptedTransport::deferred);
    transport.answer("held.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    SpooledMail later = mail("user@later.example");
    SpooledMail held = mail("user@held.example");
    queue.enqueue(later);
    queue.enqueue(held);
    awaitCount(queue, QueueEntry.State.DEFERRED, 2);
    assertThat(queue.control().hold(QueueFilter.of(held.id()))).isEqualTo(1);
    QueueEntry before = queue.control().show(later.id()).getFirst();

    MailQueue again = start(LONG);

    // Entries may become known behind the start.
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    awaitCount(again, QueueEntry.State.HELD, 1);
    assertThat(again.control().show(later.id())).containsExactly(before);
    assertThat(again.control().show(held.id())).singleElement().satisfies(entry -> {
      assertThat(entry.state()).isEqualTo(QueueEntry.State.HELD);
      assertThat(entry.attempts()).isEqualTo(1);
    });
    transport.answer("held.example", ScriptedTransport::delivered);
    assertThat(again.control().release(QueueFilter.of(QueueEntry.State.HELD))).isEqualTo(1);
    await().until(() -> transport.attempts("held.example").size() == 2);
    assertThat(transport.attempts("held.example").getLast().attempt()).isEqualTo(2);
    awaitCount(again, QueueEntry.State.HELD, 0);
  }

  @Test
  void anAttemptUnderWayIsFinishedBeforeClosing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    transport.answer("example.net", delivery -> {
      begun.countDown();
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    queue.enqueue(mail("user@example.net"));
    awaitLatch(begun);
    Thread closer = Thread.ofVirtual().start(() -> queue.close(GRACE));
    await().until(() -> queue.refusal().isPresent());

    release.countDown();
    closer.join();

    MailQueue again = start(LONG);
    awaitEmpty(again);
    assertThat(transport.attempts()).hasSize(1);
  }

  @Test
  void aClosedQueueRefuses() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    queue.close(GRACE);

    assertThat(queue.refusal()).contains(QueueException.Reason.CLOSED);
    assertThat(catchThrowable(() -> queue.enqueue(mail("user@example.net"))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.CLOSED));
  }

  // ---- on demand ----

  /** From now on all lanes rest until somebody asks for their mail. */
  private void onDemand() {
    transport = ScriptedTransport.onDemand(TRANSPORT);
    transports = new MemoryTransports();
    transports.register(transport);
  }

  private MailQueue startWithWaiting(String... recipients) throws Exception {
    onDemand();
    MailQueue queue = start(SHORT);
    for (String recipient : recipients) {
      queue.enqueue(mail(recipient));
    }
    awaitCount(queue, QueueEntry.State.WAITING, recipients.length);
    return queue;
  }

  @Test
  void mailOfAnOnDemandLaneIsNotTriedBeforeItIsAskedFor() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.com");

    assertThat(transport.attempts()).isEmpty();
    assertThat(queue.control().list(QueueFilter.of(QueueEntry.State.WAITING)))
        .hasSize(3)
        .allSatisfy(entry -> {
          assertThat(entry.attempts()).isZero();
          assertThat(entry.nextAttempt()).isEmpty();
        });
    assertThat(queue.control().retry(QueueFilter.all())).isZero();

    assertThat(queue.control().start("example.net", false)).isEqualTo(2);

    await().until(() -> transport.attempts("example.net").size() == 2);
    assertThat(transport.attempts("example.com")).isEmpty();
    awaitCount(queue, QueueEntry.State.WAITING, 1);
    assertThat(queue.control().start("nowhere.example", true)).isZero();
  }

  @Test
  void aRequestMeansSubdomainsWhenItSaysSo() throws Exception {
    MailQueue queue = startWithWaiting(
        "a@example.net", "a@mail.example.net", "a@b.mail.example.net", "a@myexample.net");

    assertThat(queue.control().start("mail.example.net", false)).isEqualTo(1);
    await().until(() -> transport.attempts().size() == 1);
    awaitCount(queue, QueueEntry.State.WAITING, 3);

    assertThat(queue.control().start("example.net", true)).isEqualTo(2);
    await().until(() -> transport.attempts().size() == 3);
    assertThat(transport.attempts("myexample.net")).isEmpty();
    awaitCount(queue, QueueEntry.State.WAITING, 1);
  }

  @Test
  void mailOfAnOnDemandLaneWaitsAgainAfterAFailureAndAfterARestart() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net");
    transport.answer("example.net", ScriptedTransport::unreachable);
    transport.answer("example.com", ScriptedTransport::deferred);
    queue.enqueue(mail("a@example.com"));
    awaitCount(queue, QueueEntry.State.WAITING, 3);

    assertThat(queue.control().start("example.net", false)).isEqualTo(2);
    assertThat(queue.control().start("example.com", false)).isEqualTo(1);
    await().until(() -> !transport.attempts("example.com").isEmpty());
    awaitCount(queue, QueueEntry.State.WAITING, 3);
    MailQueue again = start(SHORT);

    awaitCount(again, QueueEntry.State.WAITING, 3);
    int attempts = transport.attempts().size();
    transport.answer("example.net", ScriptedTransport::delivered);
    assertThat(again.control().start("example.net", false)).isEqualTo(2);
    awaitCount(again, QueueEntry.State.WAITING, 1);
    assertThat(transport.attempts()).hasSize(attempts + 2);
    assertThat(transport.attempts("example.com")).hasSize(1);
  }

  @Test
  void mailThatWasDeferredWaitsWhenItsLaneHasBecomeOnDemand() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    queue.enqueue(mail("user@example.net"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    onDemand();
    MailQueue again = start(LONG);

    awaitCount(again, QueueEntry.State.WAITING, 1);
    assertThat(transport.attempts()).isEmpty();
  }

  @Test
  void waitingMailIsToldByDomain() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.com");
    List<QueueEntry> entries =
        queue.control().list(QueueFilter.destination("example.net")).toList();

    assertThat(queue.control().waiting(Optional.empty()))
        .extracting(QueueControl.WaitingMail::domain)
        .containsExactly("example.com", "example.net");
    assertThat(queue.control().waiting(Optional.of("example.net")))
        .containsExactly(new QueueControl.WaitingMail(
            "example.net",
            "test:example.net",
            2,
            entries.stream().mapToLong(QueueEntry::size).sum(),
            entries.getFirst().arrival()));
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:example.net");
      assertThat(lane.waiting()).isEqualTo(2);
    });

    queue.control().remove(QueueFilter.destination("example.net"));

    assertThat(queue.control().waiting(Optional.of("example.net"))).isEmpty();
  }

  @Test
  void drainingGivesEachEntryToTheCallersTransport() throws Exception {
    MailQueue queue = startWithWaiting(
        "ok1@example.net",
        "later@example.net",
        "never@example.com",
        "ok@held.example",
        "x@y.example");
    queue.control().hold(QueueFilter.destination("held.example"));
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer("example.net", ScriptedTransport::byLocalPart)
        .answer("example.com", ScriptedTransport::byLocalPart);

    QueueControl.Drained drained = queue
        .control()
        .drain(List.of("example.net", "example.com", "held.example", "none.example"), connection);

    assertThat(drained).isEqualTo(new QueueControl.Drained(3, 1));
    assertThat(transport.attempts()).isEmpty();
    assertThat(connection.attempts()).hasSize(3);
    await().until(() -> chain.bounced().size() == 1);
    assertThat(chain.bounced().getFirst().envelope().recipients().getFirst().address())
        .hasToString("never@example.com");
    assertThat(queue.control().list(QueueFilter.destination("example.net")))
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.state()).isEqualTo(QueueEntry.State.WAITING);
          assertThat(entry.attempts()).isEqualTo(1);
          assertThat(entry.lastError()).contains("451 4.7.1 come again");
        });
    awaitCount(queue, QueueEntry.State.HELD, 1);
    awaitCount(queue, QueueEntry.State.WAITING, 2);
  }

  @Test
  void drainingEndsWhenTheConnectionIsLost() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.net");
    AtomicInteger calls = new AtomicInteger();
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer(
            "example.net",
            delivery -> calls.incrementAndGet() == 1
                ? ScriptedTransport.delivered(delivery)
                : ScriptedTransport.unreachable(delivery));

    assertThat(queue.control().drain(List.of("example.net"), connection))
        .isEqualTo(new QueueControl.Drained(2, 2));

    assertThat(calls).hasValue(2);
    awaitCount(queue, QueueEntry.State.WAITING, 2);
    MailQueue again = start(SHORT);
    awaitCount(again, QueueEntry.State.WAITING, 2);
    assertThat(again.control().drain(List.of("example.net"), new ScriptedTransport("connection")))
        .isEqualTo(new QueueControl.Drained(2, 0));
    awaitEmpty(again);
  }

  @Test
  void twoDrainsAndARequestTryEachEntryOnce() throws Exception {
    String[] recipients = new String[40];
    Arrays.setAll(recipients, i -> "user" + i + "@example.net");
    MailQueue queue = startWithWaiting(recipients);
    List<MailId> tried = new CopyOnWriteArrayList<>();
    ScriptedTransport.Answer remember = delivery -> {
      tried.add(delivery.mail().id());
      return ScriptedTransport.delivered(delivery);
    };
    transport.answer("example.net", remember);
    ScriptedTransport connection =
        new ScriptedTransport("connection").answer("example.net", remember);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<Thread> drains = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      drains.add(Thread.ofVirtual().start(() -> {
        try {
          queue.control().drain(List.of("example.net"), connection);
        } catch (InterruptedException | RuntimeException e) {
          failures.add(e);
        }
      }));
    }
    queue.control().start("example.net", false);
    for (Thread drain : drains) {
      drain.join();
    }

    awaitEmpty(queue);
    assertThat(failures).isEmpty();
    assertThat(tried).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void anInterruptedDrainRecordsWhatIsCertain() throws Exception {
    MailQueue queue = startWithWaiting("ok1@example.net", "ok2@example.net", "ok3@example.net");
    AtomicInteger calls = new AtomicInteger();
    ScriptedTransport connection = new ScriptedTransport("connection")
        .answer("example.net", delivery -> {
          if (calls.incrementAndGet() == 2) {
            throw new InterruptedException();
          }
          return ScriptedTransport.delivered(delivery);
        });

    Throwable thrown =
        catchThrowable(() -> queue.control().drain(List.of("example.net"), connection));

    assertThat(thrown).isInstanceOf(InterruptedException.class);
    assertThat(calls).hasValue(2);
    assertThat(queue.control().list(QueueFilter.all()))
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.attempts()).isZero());
    awaitCount(queue, QueueEntry.State.WAITING, 2);
  }

  // ---- what the sender asked for ----

  private static SpooledMail with(SpooledMail mail, UnaryOperator<Envelope> change) {
    return mail.withEnvelope(change.apply(mail.envelope()));
  }

  /** The next whole second but one, as parameters count. */
  private static Instant soon() {
    return Instant.ofEpochSecond(Instant.now().getEpochSecond() + 2);
  }

  private RecipientStatus onlyStatus() {
    await().until(() -> chain.bounced().size() == 1);
    return chain
        .bounced()
        .getFirst()
        .envelope()
        .recipients()
        .getFirst()
        .status()
        .orElseThrow();
  }

  @Test
  void nothingIsDeliveredBeforeItsRelease() throws Exception {
    MailQueue queue = start(LONG);
    Instant release = Instant.now().plusSeconds(3600);
    SpooledMail mail = with(mail("user@example.net"), e -> e.withHoldUntil(release));
    queue.enqueue(mail);
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    QueueEntry entry = queue.control().show(mail.id()).getFirst();

    assertThat(entry.attempts()).isZero();
    assertThat(entry.nextAttempt()).contains(Instant.ofEpochSecond(release.getEpochSecond()));
    assertThat(entry.lastError().orElseThrow()).startsWith("held until ");
    assertThat(queue.control().retry(QueueFilter.all())).isZero();
    assertThat(queue.control().start("example.net", true)).isZero();
    ScriptedTransport connection = new ScriptedTransport("connection");
    assertThat(queue.control().drain(List.of("example.net"), connection))
        .isEqualTo(new QueueControl.Drained(0, 0));
    queue.control().hold(QueueFilter.all());
    queue.control().release(QueueFilter.all());
    assertThat(queue.control().show(mail.id())).containsExactly(entry);
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(again.control().show(mail.id())).containsExactly(entry);
    assertThat(transport.attempts()).isEmpty();
    assertThat(chain.processed()).hasSize(1);
  }

  @Test
  void mailIsDeliveredAtItsRelease() throws Exception {
    Instant release = soon();
    List<Instant> tried = new CopyOnWriteArrayList<>();
    transport.answer("example.net", delivery -> {
      tried.add(Instant.now());
      return ScriptedTransport.delivered(delivery);
    });
    // Its age counts from the release, or it would be given up by then.
    MailQueue queue = open(LONG, Duration.ofSeconds(1));
    queue.start(chain, transports);

    queue.enqueue(with(mail("user@example.net"), e -> e.withHoldUntil(release)));

    await().until(() -> tried.size() == 1);
    assertThat(tried.getFirst()).isAfterOrEqualTo(release);
    awaitEmpty(queue);
    assertThat(chain.bounced()).isEmpty();
  }

  @Test
  void mailThatIsNotDeliveredInTimeGoesBackAtOnce() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    transport.answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(LONG);
    DeliverBy inTime = new DeliverBy(soon(), DeliverBy.Mode.RETURN, false);
    queue.enqueue(mail("first@dead.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    queue.enqueue(with(mail("user@example.net"), e -> e.withDeliverBy(inTime)));
    queue.enqueue(with(mail("second@dead.example"), e -> e.withDeliverBy(inTime)));

    await().until(() -> chain.bounced().size() == 2);
    assertThat(chain.bounced()).allSatisfy(mail -> {
      RecipientStatus status = mail.envelope().recipients().getFirst().status().orElseThrow();
      assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(status.status()).hasToString("5.4.7");
      assertThat(status.at()).isAfterOrEqualTo(inTime.deadline());
    });
    assertThat(transport.attempts()).hasSize(2);
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
  }

  @Test
  void theSenderHearsOnceThatTheTimeHePreferredHasPassed() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    DeliverBy preferred = new DeliverBy(soon(), DeliverBy.Mode.NOTIFY, false);
    SpooledMail mail = with(mail("user@example.net"), e -> e.withDeliverBy(preferred));

    queue.enqueue(mail);

    RecipientStatus status = onlyStatus();
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.status()).hasToString("4.4.7");
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    again.control().retry(QueueFilter.all());
    await().until(() -> transport.attempts().size() == 2);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    awaitCount(again, QueueEntry.State.SPOOL, 0);
    assertThat(chain.bounced()).hasSize(1);
  }

  @Test
  void theSenderHearsOnceThatAMailTakesLong() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    Timing timing = new Timing(LONG, DAYS, Duration.ofMillis(300));
    MailQueue queue = open(timing);
    queue.start(chain, transports);
    SpooledMail mail = mail("user@example.net");
    SpooledMail silent = with(mail("silent@example.net"), e -> e.withSender(Optional.empty()));
    queue.enqueue(silent);
    queue.enqueue(mail);

    RecipientStatus status = onlyStatus();
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.status().statusClass()).isEqualTo(4);
    assertThat(status.diagnostic()).contains("come again");
    Instant end = mail.arrival().plus(DAYS).truncatedTo(ChronoUnit.SECONDS);
    assertThat(chain.bounced().getFirst().attributes().text(Attributes.RETRIED_UNTIL))
        .hasValue(end.toString());
    assertThat(chain.bounced().getFirst().id()).isNotEqualTo(mail.id());
    awaitCount(queue, QueueEntry.State.DEFERRED, 2);
    QueueEntry entry = queue.control().show(mail.id()).getFirst();
    assertThat(entry.attempts()).isEqualTo(1);

    MailQueue again = open(timing);
    again.start(chain, transports);
    // Entries may become known behind the start.
    awaitCount(again, QueueEntry.State.DEFERRED, 2);
    assertThat(again.control().show(mail.id())).containsExactly(entry);
    again.control().retry(QueueFilter.all());
    await().until(() -> transport.attempts().size() == 4);
    awaitCount(again, QueueEntry.State.DEFERRED, 2);
    awaitCount(again, QueueEntry.State.SPOOL, 0);
    assertThat(chain.bounced()).hasSize(1);
  }

  @Test
  void theSenderHearsOfDelaysAlsoWhenNothingWasTried() throws Exception {
    transport.answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = open(new Timing(LONG, DAYS, Duration.ofMillis(700)));
    queue.start(chain, transports);
    queue.enqueue(with(mail("first@dead.example"), e -> e.withSender(Optional.empty())));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    queue.enqueue(mail("second@dead.example"));

    RecipientStatus status = onlyStatus();
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.diagnostic()).contains("connection refused");
    assertThat(transport.attempts()).hasSize(1);
    awaitCount(queue, QueueEntry.State.READY, 1);
  }

  @Test
  void mailThatNobodyAsksForIsWarnedOfAndGivenUp() throws Exception {
    onDemand();
    MailQueue queue = open(new Timing(LONG, Duration.ofMillis(1500), Duration.ofMillis(500)));
    queue.start(chain, transports);

    queue.enqueue(mail("user@example.net"));

    await().until(() -> chain.bounced().size() == 2);
    assertThat(chain.bounced())
        .flatExtracting(mail -> mail.envelope().recipients())
        .extracting(recipient -> recipient.status().orElseThrow().action())
        .containsExactly(RecipientStatus.Action.DELAYED, RecipientStatus.Action.FAILED);
    assertThat(transport.attempts()).isEmpty();
    awaitEmpty(queue);
  }

  @Test
  void urgentMailGoesFirstWithinItsLane() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    transport = new ScriptedTransport(TRANSPORT).withConcurrency(1);
    transports = new MemoryTransports();
    transports.register(transport);
    transport.answer("example.net", delivery -> {
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    queue.enqueue(mail("blocking@example.net"));
    await().until(() -> transport.attempts().size() == 1);
    int[] priorities = {0, -4, 9, 0, 5};
    for (int i = 0; i < priorities.length; i++) {
      int priority = priorities[i];
      queue.enqueue(with(mail("user" + i + "@example.net"), e -> e.withPriority(priority)));
      awaitCount(queue, QueueEntry.State.READY, i + 1L);
    }

    release.countDown();

    awaitEmpty(queue);
    assertThat(transport.attempts())
        .extracting(
            delivery -> delivery.mail().envelope().recipients().getFirst().toString())
        .containsExactly(
            "blocking@example.net",
            "user2@example.net",
            "user4@example.net",
            "user0@example.net",
            "user3@example.net",
            "user1@example.net");
  }

  // ---- the operator's view ----

  @Test
  void operationsTouchWhatTheirFilterSays() throws Exception {
    transport
        .answer("a.example", ScriptedTransport::deferred)
        .answer("b.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@a.example", "user" + i + "@b.example"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 10);
    QueueFilter ofA = QueueFilter.destination("a.example");
    QueueFilter user3 = QueueFilter.all().andSender("SENDER@").andRecipient("user3@");

    assertThat(queue.control().count(ofA)).isEqualTo(5);
    assertThat(queue.control().count(user3)).isEqualTo(2);
    assertThat(queue.control().list(ofA)).hasSize(5).allSatisfy(entry -> {
      assertThat(entry.lane()).contains("test:a.example");
      assertThat(entry.nextAttempt()).isPresent();
    });
    assertThat(queue.control().remove(user3)).isEqualTo(2);
    assertThat(queue.control().hold(ofA)).isEqualTo(4);
    assertThat(count(queue, QueueEntry.State.DEFERRED)).isEqualTo(4);
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:a.example");
      assertThat(lane.held()).isEqualTo(4);
    });
    transport.answer("b.example", ScriptedTransport::delivered);
    assertThat(queue.control().retry(QueueFilter.destination("test:b.example"))).isEqualTo(4);
    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isEqualTo(4));
    assertThat(transport.attempts("a.example")).hasSize(5);
  }

  @Test
  void removedMailStaysRemovedAfterARestart() throws Exception {
    transport.answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 5);
    assertThat(queue.control().remove(QueueFilter.all())).isEqualTo(5);

    MailQueue again = start(LONG);

    assertThat(again.control().list(QueueFilter.all())).isEmpty();
    assertThat(chain.bounced()).isEmpty();
  }

  private MailQueue deferred(String... recipients) throws Exception {
    MailQueue queue = start(LONG);
    for (String recipient : recipients) {
      transport.answer(MailAddress.of(recipient).domain(), ScriptedTransport::deferred);
      queue.enqueue(mail(recipient));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, recipients.length);
    return queue;
  }

  @Test
  void countsAndAgesAreToldByStateAndDestination() throws Exception {
    MailQueue queue = deferred("u1@a.example", "u2@a.example", "u3@b.example");
    Instant oldest = queue.control().list(QueueFilter.all()).toList().getFirst().arrival();
    assertThat(queue.control().hold(QueueFilter.destination("b.example"))).isEqualTo(1);

    assertThat(queue.control().counts())
        .contains(new QueueControl.StateCount(QueueEntry.State.DEFERRED, 2, Optional.of(oldest)))
        .contains(new QueueControl.StateCount(QueueEntry.State.READY, 0, Optional.empty()));
    assertThat(queue.control().destinations().getFirst()).satisfies(lane -> {
      assertThat(lane.lane()).isEqualTo("test:a.example");
      assertThat(lane.deferred()).isEqualTo(2);
      assertThat(lane.oldestArrival()).contains(oldest);
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    assertThat(again.control().counts())
        .contains(new QueueControl.StateCount(QueueEntry.State.DEFERRED, 2, Optional.of(oldest)));
  }

  @Test
  void pagesTogetherHoldEachEntryOnceOldestFirst() throws Exception {
    MailQueue queue =
        deferred("u1@a.example", "u2@b.example", "u3@a.example", "u4@c.example", "u5@a.example");

    List<String> listed = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      QueueControl.Page page = queue.control().page(QueueFilter.all(), after, 2);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(2);
      page.entries().forEach(entry -> listed.add(entry.recipients().getFirst().localPart()));
      after = page.next();
    } while (after.isPresent());

    assertThat(listed).containsExactly("u1", "u2", "u3", "u4", "u5");
    Throwable wrong =
        catchThrowable(() -> queue.control().page(QueueFilter.all(), Optional.of("yesterday"), 1));
    assertThat(wrong).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void entriesAreFoundByAgeSizeAndLastError() throws Exception {
    MailQueue queue = deferred("u1@a.example", "u2@a.example");
    QueueEntry first = queue.control().list(QueueFilter.all()).toList().getFirst();
    QueueFilter all = QueueFilter.all();

    assertThat(first.lastStatus()).hasValueSatisfying(status -> {
      assertThat(status.status()).hasToString("4.7.1");
      assertThat(status.remoteMta()).contains("mx.example.net");
    });
    assertThat(queue.control().list(all.andArrived(Optional.of(first.arrival()), Optional.empty())))
        .extracting(entry -> entry.recipients().getFirst().localPart())
        .containsExactly("u2");
    assertThat(
            queue.control().count(all.andArrived(Optional.empty(), Optional.of(first.arrival()))))
        .isZero();
    assertThat(queue.control().count(all.andLastError("Come Again"))).isEqualTo(2);
    assertThat(queue.control().count(all.andLastError("mx.example.net"))).isEqualTo(2);
    assertThat(queue.control().count(all.andLastError("no such"))).isZero();
    assertThat(queue
            .control()
            .count(all.andSize(OptionalLong.of(first.size() + 1), OptionalLong.empty())))
        .isZero();
  }

  @Test
  void aPreviewTellsWhatAnOperationThenTouches() throws Exception {
    MailQueue queue = deferred("u1@a.example", "u2@a.example", "u3@b.example");
    QueueControl control = queue.control();
    control.hold(QueueFilter.destination("b.example"));

    for (QueueControl.Operation operation : QueueControl.Operation.values()) {
      long expected = switch (operation) {
        case HOLD, RETRY -> 2;
        case RELEASE -> 1;
        case REMOVE, BOUNCE, MOVE -> 3;
      };
      assertThat(control.preview(operation, QueueFilter.all()))
          .as(operation.name())
          .isEqualTo(expected);
    }
    assertThat(control.hold(QueueFilter.all())).isEqualTo(2);
    assertThat(control.preview(QueueControl.Operation.HOLD, QueueFilter.all())).isZero();
  }

  @Test
  void aPausedDestinationIsNotTriedAlsoAfterARestart() throws Exception {
    MailQueue queue = start(LONG);
    assertThat(queue.control().pause("Example.NET")).isTrue();
    assertThat(queue.control().pause("example.net")).isFalse();
    queue.enqueue(mail("user@example.net"));
    awaitCount(queue, QueueEntry.State.READY, 1);

    MailQueue again = start(LONG);
    again.enqueue(mail("user@other.example"));
    await().untilAsserted(() -> assertThat(transport.attempts("other.example")).hasSize(1));
    assertThat(transport.attempts("example.net")).isEmpty();
    assertThat(again.control().destinations())
        .anySatisfy(lane -> assertThat(lane.paused()).isTrue());

    assertThat(again.control().resume("example.net")).isTrue();
    assertThat(again.control().resume("example.net")).isFalse();

    await().untilAsserted(() -> assertThat(transport.attempts("example.net")).hasSize(1));
  }

  @Test
  void mailThatAnOperatorGivesUpIsReportedOnceAndStaysGone() throws Exception {
    MailQueue queue = deferred("u1@a.example", "u2@b.example");

    assertThat(queue.control().bounce(QueueFilter.destination("a.example"), "not wanted here"))
        .isEqualTo(1);

    await().untilAsserted(() -> assertThat(chain.bounced()).hasSize(1));
    Recipient failed = chain.bounced().getFirst().envelope().recipients().getFirst();
    assertThat(failed.status()).hasValueSatisfying(status -> {
      assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(status.diagnostic()).isEqualTo("not wanted here");
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(chain.bounced()).hasSize(1);
  }

  @Test
  void mailMovesToAnotherLaneWithItsHistory() throws Exception {
    MailQueue queue = deferred("u1@a.example", "u2@a.example");
    queue.control().hold(QueueFilter.all().andRecipient("u2@"));
    transport.answer("relay.example", ScriptedTransport::deferred);

    assertThat(queue.control().move(QueueFilter.destination("a.example"), "test:relay.example"))
        .isEqualTo(2);
    assertThat(queue.control().move(QueueFilter.all(), "test:relay.example")).isZero();

    await()
        .untilAsserted(() -> assertThat(transport.attempts("relay.example"))
            .singleElement()
            .satisfies(attempt -> assertThat(attempt.attempt()).isEqualTo(2)));
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(again.control().list(QueueFilter.all()))
        .allSatisfy(entry -> assertThat(entry.lane()).contains("test:relay.example"));
    Throwable wrong =
        catchThrowable(() -> again.control().move(QueueFilter.all(), "nowhere:relay.example"));
    assertThat(wrong).hasMessageContaining("[test]");
  }

  @Test
  void exportedMailComesBackAsItWas() throws Exception {
    transport.answer("a.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    Recipient recipient = new Recipient(
        MailAddress.of("user@a.example"),
        Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
        Optional.of("rfc822;user+2Bx@a.example"),
        Optional.empty());
    Envelope envelope = Envelope.of("sender@example.org", "user@a.example")
        .withRecipients(List.of(recipient))
        .withSmtpUtf8(true)
        .withEnvelopeId("id+2B1")
        .withReturnContent(Envelope.ReturnContent.HDRS)
        .withParameter(Envelope.REQUIRE_TLS, "");
    queue.enqueue(mail("user@a.example").withEnvelope(envelope));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    queue.control().hold(QueueFilter.all());
    List<QueuedMail> exported;
    try (Stream<QueuedMail> stream = queue.control().export(QueueFilter.all())) {
      exported = stream.toList();
    }
    QueuedMail mail = exported.getFirst();
    Content content;
    try (InputStream in = mail.mail().content().open()) {
      content = Content.of(in.readAllBytes());
    }
    assertThat(queue.control().restore(mail)).as("it rests there already").isFalse();
    assertThat(queue.control().remove(QueueFilter.all())).isEqualTo(1);
    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isZero());

    QueuedMail copy = new QueuedMail(
        mail.mail().withContent(content),
        mail.route(),
        mail.held(),
        mail.attempts(),
        mail.due(),
        mail.lastError(),
        mail.warned());
    assertThat(queue.control().restore(copy)).isTrue();

    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    try (Stream<QueuedMail> stream = again.control().export(QueueFilter.all())) {
      assertThat(stream).singleElement().satisfies(restored -> {
        assertThat(restored.mail().id()).isEqualTo(mail.mail().id());
        assertThat(restored.mail().arrival()).isEqualTo(mail.mail().arrival());
        assertThat(restored.mail().envelope()).isEqualTo(mail.mail().envelope());
        assertThat(restored.attempts()).isEqualTo(1);
        assertThat(restored.held()).isTrue();
        assertThat(restored.lastError()).isEqualTo(mail.lastError());
        assertThat(restored.mail().content().size()).isEqualTo(content.size());
      });
    }
  }

  @Test
  void aRequestReachesAllOfADomainInBatches() throws Exception {
    onDemand();
    MailQueue queue = start(LONG);
    for (int i = 0; i < 600; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }
    awaitCount(queue, QueueEntry.State.WAITING, 600);

    assertThat(queue.control().start("example.net", false)).isEqualTo(600);

    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isZero());
    assertThat(transport.attempts()).hasSize(600);
  }

  /** Waits without losing the interrupt: a test that fails to release must still end. */
  protected static void awaitLatch(CountDownLatch latch) throws RuntimeException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never released this");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
