package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** Two servers that share one broker and one directory of bodies. */
@Timeout(300)
class TwoNodesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int LARGE = 100_000;

  @TempDir
  Path directory;

  private BrokerProcess broker;

  @BeforeEach
  void startBroker() throws IOException {
    broker = BrokerProcess.start(directory);
  }

  @AfterEach
  void stopBroker() throws InterruptedException {
    broker.close();
  }

  @Test
  void eachMailIsDeliveredOnceByOneOfThem() throws Exception {
    Set<String> sent = new HashSet<>();
    ConcurrentLinkedQueue<String> first = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> second = new ConcurrentLinkedQueue<>();
    MailQueue a = start("a", "200ms", noting(first));
    MailQueue b = start("b", "200ms", noting(second));
    try {
      for (int i = 0; i < 400; i++) {
        SpooledMail mail = mail("d" + i % 40 + ".example", i % 10 == 0 ? LARGE : 1000);
        (i % 2 == 0 ? a : b).enqueue(mail);
        sent.add(mail.id().value());
      }

      await().atMost(PATIENCE).until(() -> first.size() + second.size() >= sent.size());
      awaitEmpty(a);
      awaitEmpty(b);

      List<String> all = Stream.concat(first.stream(), second.stream()).toList();
      assertThat(all).doesNotHaveDuplicates();
      assertThat(new HashSet<>(all)).isEqualTo(sent);
      assertThat(first).isNotEmpty();
      assertThat(second).isNotEmpty();
      await("that no body is left").atMost(PATIENCE).until(() -> bodies().isEmpty());
    } finally {
      a.close(GRACE);
      b.close(GRACE);
    }
  }

  @Test
  void deferredMailIsSharedOutWhenAServerComesAndTakenOverWhenItGoes() throws Exception {
    ConcurrentLinkedQueue<String> triedByA = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> triedByB = new ConcurrentLinkedQueue<>();
    MailQueue a = start("a", "1h", deferring(triedByA));
    try {
      for (int i = 0; i < 160; i++) {
        a.enqueue(mail("d" + i + ".example", i % 10 == 0 ? LARGE : 1000));
      }
      await().atMost(PATIENCE).until(() -> triedByA.size() == 160 && deferred(a) == 160);

      MailQueue b = start("b", "1h", deferring(triedByB));
      try {
        // A round in which a shard changes hands isn't counted.
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .ignoreException(ConditionTimeoutException.class)
            .untilAsserted(() -> {
              triedByA.clear();
              triedByB.clear();
              assertThat(b.control().retry(QueueFilter.all())).isEqualTo(160);
              await().until(() -> triedByA.size() + triedByB.size() == 160 && deferred(a) == 160);
              assertThat(triedByA).hasSizeBetween(40, 120);
            });
      } finally {
        b.close(GRACE);
      }

      await().atMost(PATIENCE).until(() -> deferred(a) == 160);
      triedByA.clear();
      a.control().retry(QueueFilter.all());
      await().atMost(PATIENCE).until(() -> triedByA.size() == 160);
    } finally {
      a.close(GRACE);
    }
  }

  private static ScriptedTransport.Answer deferring(ConcurrentLinkedQueue<String> tried) {
    return delivery -> {
      tried.add(delivery.mail().id().value());
      return ScriptedTransport.deferred(delivery);
    };
  }

  @Test
  void anOperatorReachesTheMailOfBoth() throws Exception {
    MailQueue a = start("a", "1h", ScriptedTransport::deferred);
    MailQueue b = start("b", "1h", ScriptedTransport::deferred);
    try {
      for (int i = 0; i < 40; i++) {
        a.enqueue(mail("d" + i + ".example", 1000));
      }
      await().atMost(PATIENCE).until(() -> deferred(a) == 40 && deferred(b) == 40);

      assertThat(a.control().count(QueueFilter.of(QueueEntry.State.DEFERRED))).isEqualTo(40);
      assertThat(a.control().list(QueueFilter.all())).hasSize(40).doesNotHaveDuplicates();
      assertThat(a.control().destinations()).hasSize(40);
      assertThat(a.control().hold(QueueFilter.destination("d7.example"))).isEqualTo(1);
      assertThat(b.control().hold(QueueFilter.destination("d8.example"))).isEqualTo(1);
      assertThat(b.control().count(QueueFilter.of(QueueEntry.State.HELD))).isEqualTo(2);
      QueueEntry one =
          a.control().list(QueueFilter.destination("d7.example")).toList().getFirst();
      assertThat(b.control().show(one.id())).containsExactly(one);
      assertThat(b.control().start("d9.example", false)).isEqualTo(1);
      assertThat(b.control().pause("d11.example")).isTrue();
      assertThat(a.control().resume("d11.example")).isTrue();
      assertThat(a.control().remove(QueueFilter.of(QueueEntry.State.HELD))).isEqualTo(2);
      await().atMost(PATIENCE).until(() -> deferred(b) == 38);
    } finally {
      a.close(GRACE);
      b.close(GRACE);
    }
  }

  @Test
  void aServerWhoseBodiesLieElsewhereIsNotLetIn() throws Exception {
    MailQueue a = start("a", "1h", ScriptedTransport::deferred);
    try {
      MailQueue other = CrashLoad.queue(
          directory.resolve("other"),
          "1h",
          Map.of("brokerUrl", "failover:(" + broker.url() + ")"),
          TraceLog.none());

      QueueException refused = catchThrowableOfType(QueueException.class, other::open);

      assertThat(refused).hasMessageContaining("bodyDirectory");
    } finally {
      a.close(GRACE);
    }
  }

  @Test
  void theOtherFinishesWhatAKilledServerAccepted() throws Exception {
    ConcurrentLinkedQueue<String> mine = new ConcurrentLinkedQueue<>();
    // What the killed server refused comes back here.
    MailQueue survivor = start(
        "a",
        "1s",
        noting(mine),
        CrashLoad.noting(recipient -> mine.add(recipient.address().localPart())));
    try {
      Process load = CrashLoad.forkAt(broker.url(), directory, directory.resolve("b"));
      try {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> !load.isAlive()
                || CrashLoad.lines(directory, CrashLoad.ACCEPTED).size() >= 500);
        assertThat(load.isAlive()).as("see %s", directory.resolve("load.log")).isTrue();
      } finally {
        load.destroyForcibly().waitFor();
      }

      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
        survivor.control().retry(QueueFilter.all());
        Set<String> lost = new HashSet<>(CrashLoad.lines(directory, CrashLoad.ACCEPTED));
        CrashLoad.lines(directory, CrashLoad.DONE).forEach(lost::remove);
        mine.forEach(lost::remove);
        assertThat(lost).isEmpty();
      });
    } finally {
      survivor.close(GRACE);
    }
  }

  private MailQueue start(String name, String delay, ScriptedTransport.Answer answer)
      throws Exception {
    return start(name, delay, answer, new RoutingChain("test"));
  }

  private MailQueue start(
      String name, String delay, ScriptedTransport.Answer answer, MailProcessor chain)
      throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("brokerUrl", "failover:(" + broker.url() + ")");
    settings.put("bodyDirectory", directory.resolve("bodies").toString());
    MailQueue queue = CrashLoad.queue(directory.resolve(name), delay, settings, TraceLog.none());
    queue.open();
    MemoryTransports transports = new MemoryTransports();
    ScriptedTransport transport = new ScriptedTransport("test");
    IntStream.range(0, 160).forEach(i -> transport.answer("d" + i + ".example", answer));
    CrashLoad.prompt(transport, answer)
        .answer(CrashLoad.LATER, answer)
        .answer(CrashLoad.NEVER, answer);
    transports.register(transport);
    queue.start(chain, transports);
    return queue;
  }

  private static ScriptedTransport.Answer noting(ConcurrentLinkedQueue<String> done) {
    return delivery -> {
      byte[] content = delivery.mail().content().bytes(LARGE + 1);
      String id = delivery.mail().id().value();
      if (!new String(content, 0, id.length(), StandardCharsets.US_ASCII).equals(id)) {
        throw new IOException("the body of " + id + " isn't its own");
      }
      // Some mail takes a round through the outgoing queue.
      if (delivery.attempt() == 1 && content.length % 2 == 0 && id.hashCode() % 3 == 0) {
        return ScriptedTransport.deferred(delivery);
      }
      delivery.mail().envelope().recipients().forEach(r -> done.add(r.address().localPart()));
      return ScriptedTransport.delivered(delivery);
    };
  }

  private static SpooledMail mail(String domain, int size) {
    MailId id = MailId.next();
    byte[] body = Arrays.copyOf(id.value().getBytes(StandardCharsets.US_ASCII), size);
    return SpooledMail.arriving(
        id, Envelope.of("", id.value() + "@" + domain), Content.of(body), Origin.local());
  }

  private static long deferred(MailQueue queue) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == QueueEntry.State.DEFERRED)
        .mapToLong(count -> count.count())
        .sum();
  }

  private static void awaitEmpty(MailQueue queue) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(queue.control().list(QueueFilter.all())).isEmpty());
  }

  private List<Path> bodies() throws IOException {
    return FilesBelow.of(directory.resolve("bodies")).stream()
        .filter(file -> !file.endsWith("identity"))
        .toList();
  }
}
