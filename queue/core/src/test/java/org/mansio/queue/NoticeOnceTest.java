package org.mansio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.log.MemoryLog;
import org.mansio.queue.outgoing.LaneLimits;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/**
 * A sender hears once of what became of each recipient (RFC 3461 §5.2, RFC 5321 §6.1), wherever a crash comes. The letters
 * that the chain makes have an id of their own each, so that one made twice is told from one that was delivered twice.
 */
class NoticeOnceTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  /** More operations than the way of the test's mail takes: its last rounds run without a crash. */
  private static final int OPERATIONS = 16;

  @TempDir
  Path directory;

  private MemoryLog log = new MemoryLog();
  private final ScriptedTransport transport = new ScriptedTransport("test");
  private final MemoryTransports transports = new MemoryTransports();
  private final RoutingChain routing = new RoutingChain("test");
  private final List<SpooledMail> letters = new CopyOnWriteArrayList<>();
  private DurableMailQueue queue;

  NoticeOnceTest() {
    transports.register(transport);
    transport
        .answer("refused.example", ScriptedTransport::refused)
        .answer("slow.example", NoticeOnceTest::laterRefused)
        .answer("example.org", delivery -> {
          letters.add(delivery.mail());
          return ScriptedTransport.delivered(delivery);
        });
  }

  private static DeliveryReport laterRefused(Delivery delivery) {
    return delivery.attempt() == 1
        ? ScriptedTransport.deferred(delivery)
        : ScriptedTransport.refused(delivery);
  }

  @AfterEach
  void close() {
    queue.close(Duration.ofSeconds(10));
  }

  private void start(Duration retryDelay, MailProcessor chain) throws QueueException {
    OutgoingSettings outgoing = new OutgoingSettings(
        new LaneLimits(10, SHORT, SHORT),
        new RetrySchedule(List.of(retryDelay), Duration.ofDays(5), List.of(Duration.ofMillis(1))),
        OptionalInt.empty(),
        Duration.ofMillis(300));
    queue = new DurableMailQueue(
        new QueueSettings(directory, 1 << 16, 1 << 16, 0, 1, outgoing),
        log,
        () -> Long.MAX_VALUE,
        TraceLog.none(),
        InstantSource.system());
    queue.open();
    queue.start(chain, transports);
  }

  /** Routes mail, and writes a letter about each recipient that comes back. */
  private ProcessingResult chain(SpooledMail mail) {
    if (!mail.processor().equals(RoutingChain.BOUNCES)) {
      return routing.process(mail);
    }
    List<SpooledMail> made = new ArrayList<>();
    for (Recipient recipient : mail.envelope().recipients()) {
      String about =
          recipient.address() + " " + recipient.status().orElseThrow().action();
      made.add(SpooledMail.arriving(
          Envelope.of("", mail.envelope().sender().orElseThrow().toString()),
          Content.of(about.getBytes(StandardCharsets.US_ASCII)),
          Origin.local()));
    }
    return new ProcessingResult(made, List.of(), List.of());
  }

  private static SpooledMail mail(String... recipients) {
    return SpooledMail.arriving(
        Envelope.of("sender@example.org", recipients),
        Content.of("Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        Origin.local());
  }

  /** The ids of the letters about each recipient and action. */
  private Map<String, Set<String>> told() {
    Map<String, Set<String>> told = new TreeMap<>();
    for (SpooledMail letter : letters) {
      String about =
          new String(letter.content().inMemory().orElseThrow(), StandardCharsets.US_ASCII);
      told.computeIfAbsent(about, a -> new TreeSet<>()).add(letter.id().value());
    }
    return told;
  }

  private boolean isWorkedOff() {
    return log.spoolDepth() == 0 && log.inHand() == 0 && log.entries() == 0;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachRecipientIsReportedOnceWhereverACrashComes(boolean after) throws Exception {
    for (int operation = 1; operation <= OPERATIONS; operation++) {
      log = new MemoryLog();
      letters.clear();
      start(SHORT, this::chain);
      await().until(this::isWorkedOff);
      log.crashAt(operation, after);
      boolean accepted = enqueue();
      await().until(() -> log.hasCrashed() || accepted && isWorkedOff());
      if (log.hasCrashed()) {
        queue.close(Duration.ZERO);
        log.restart();
        start(SHORT, this::chain);
        if (!accepted && !after) {
          queue.enqueue(mail("a@refused.example", "b@slow.example"));
        }
      }

      await().until(this::isWorkedOff);
      queue.close(Duration.ofSeconds(10));

      assertThat(told().keySet())
          .as("crash %s operation %d", after ? "after" : "before", operation)
          .contains("a@refused.example FAILED", "b@slow.example FAILED")
          // On a slow machine its time may be over before there was one to tell of the delay.
          .isSubsetOf(
              "a@refused.example FAILED", "b@slow.example DELAYED", "b@slow.example FAILED");
      assertThat(told().values())
          .as("crash %s operation %d", after ? "after" : "before", operation)
          .allMatch(ids -> ids.size() == 1);
    }
  }

  /** @return whether the client was told that the mail is taken */
  private boolean enqueue() {
    try {
      queue.enqueue(mail("a@refused.example", "b@slow.example"));
      return true;
    } catch (QueueException e) {
      return false;
    }
  }

  @Test
  void aNoticeThatWasWrittenTwiceInDoubtIsWorkedOffOnce() throws Exception {
    start(LONG, this::chain);
    queue.enqueue(mail("b@slow.example"));
    await()
        .until(() ->
            log.entries() == 1 && told().size() == 1 && log.spoolDepth() == 0 && log.inHand() == 0);
    log.doubtSilently(1);

    queue.control().retry(QueueFilter.all());
    // Both appends have taken place; what the second wrote has arrived and gone, the first's
    // hasn't.
    await().until(() -> told().size() == 2 && log.entries() == 1);
    log.arriveLate();
    await().until(this::isWorkedOff);

    assertThat(letters).hasSize(2);
    assertThat(told()).containsOnlyKeys("b@slow.example DELAYED", "b@slow.example FAILED");
  }

  @Test
  void noticesHaveTheSameIdWhenTheyAreDecidedAgain() throws Exception {
    List<SpooledMail> notices = new CopyOnWriteArrayList<>();
    MailProcessor chain = mail -> {
      if (mail.processor().equals(RoutingChain.BOUNCES)) {
        notices.add(mail);
      }
      return chain(mail);
    };
    SpooledMail mail = mail("a@refused.example");
    start(SHORT, chain);
    await().until(this::isWorkedOff);
    // The mail comes, and goes for its notice; the end of that is lost.
    log.crashAt(3, false);
    queue.enqueue(mail);
    await().until(log::hasCrashed);
    queue.close(Duration.ZERO);
    log.restart();

    start(SHORT, chain);
    await().until(() -> notices.size() == 2 && isWorkedOff());

    assertThat(notices.stream().map(SpooledMail::id).distinct()).hasSize(1);
  }
}
