package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.queue.RoutingChain;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceEvent;

/** What operators and customers ask of one server reaches what all servers at the broker hold. */
@Timeout(300)
class SharedControlTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MAILS = 40;
  private static final int LARGE = 100_000;
  private static final List<String> DOMAINS =
      IntStream.range(0, MAILS).mapToObj(i -> "d" + i + ".example").toList();

  private static BrokerProcess broker;

  @TempDir
  Path directory;

  @BeforeAll
  static void startBroker(@TempDir Path folder) throws IOException {
    broker = BrokerProcess.start(folder);
  }

  /** The broker may not have noticed yet that a server was killed, which keeps a queue in use. */
  @AfterEach
  void forgetMail() {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> {
      broker.forgetMail();
      return true;
    });
  }

  @AfterAll
  static void stopBroker() throws InterruptedException {
    broker.close();
  }

  private SharedNode start(String name, ScriptedTransport transport) throws Exception {
    return SharedNode.start(
        directory,
        name,
        SharedNode.settings(directory, broker.url(), "1h"),
        new RoutingChain("test"),
        transport);
  }

  private static ScriptedTransport deferring() {
    ScriptedTransport transport = new ScriptedTransport("test");
    DOMAINS.forEach(domain -> transport.answer(domain, ScriptedTransport::deferred));
    return transport;
  }

  private static void share(SharedNode one, SharedNode other) {
    await().atMost(PATIENCE).until(() -> one.shards() == 8 && other.shards() == 8);
  }

  private static List<MailId> enqueue(SharedNode node) throws Exception {
    List<MailId> sent = new CopyOnWriteArrayList<>();
    for (int i = 0; i < MAILS; i++) {
      SpooledMail mail = SharedNode.mail(DOMAINS.get(i), i % 10 == 0 ? LARGE : 1000);
      node.queue().enqueue(mail);
      sent.add(mail.id());
    }
    return sent;
  }

  @Test
  void anExportHasTheMailOfBothAndAnImportKnowsIt() throws Exception {
    try (SharedNode a = start("a", deferring());
        SharedNode b = start("b", deferring())) {
      share(a, b);
      List<MailId> sent = enqueue(a);
      await().atMost(PATIENCE).until(() -> a.count(QueueEntry.State.DEFERRED) == MAILS);

      List<QueuedMail> exported = export(a);

      assertThat(exported.stream().map(mail -> mail.mail().id()))
          .containsExactlyInAnyOrderElementsOf(sent);
      for (QueuedMail mail : exported) {
        byte[] body = mail.mail().content().bytes(LARGE);
        String id = mail.mail().id().value();
        assertThat(new String(body, 0, id.length(), StandardCharsets.US_ASCII)).isEqualTo(id);
        assertThat(mail.attempts()).isEqualTo(1);
        assertThat(a.control().restore(mail)).as("it rests there already").isFalse();
      }
      assertThat(b.control().remove(QueueFilter.all())).isEqualTo(MAILS);
      for (QueuedMail mail : exported.subList(0, 5)) {
        // The bodies of what was removed are gone; others stand in for them.
        QueuedMail copy = new QueuedMail(
            SharedNode.mail("d1.example", 10),
            mail.route(),
            mail.held(),
            mail.attempts(),
            mail.due(),
            mail.lastError(),
            mail.warned());
        assertThat(a.control().restore(copy)).isTrue();
      }
      await().atMost(PATIENCE).until(() -> b.count(QueueEntry.State.DEFERRED) == 5);
    }
  }

  private static List<QueuedMail> export(SharedNode node) {
    try (Stream<QueuedMail> mails = node.control().export(QueueFilter.all())) {
      return mails.toList();
    }
  }

  @Test
  void mailThatAnotherServerHoldsGoesOverTheConnectionOfACustomerToo() throws Exception {
    try (SharedNode a = start("a", ScriptedTransport.onDemand("test"));
        SharedNode b = start("b", ScriptedTransport.onDemand("test"))) {
      share(a, b);
      List<MailId> sent = enqueue(a);
      await().atMost(PATIENCE).until(() -> a.count(QueueEntry.State.WAITING) == MAILS);
      ScriptedTransport connection = new ScriptedTransport("connection");
      List<MailId> got = new CopyOnWriteArrayList<>();
      DOMAINS.forEach(domain -> connection.answer(domain, delivery -> {
        got.add(delivery.mail().id());
        assertThat(delivery.mail().content().bytes(LARGE)).isNotEmpty();
        return ScriptedTransport.delivered(delivery);
      }));

      QueueControl.Drained drained = a.control().drain(DOMAINS, connection);

      assertThat(drained).isEqualTo(new QueueControl.Drained(MAILS, 0));
      assertThat(got).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(b.trace().events())
          .as("what the other server held is in its trace")
          .anyMatch(event -> event.kind() == TraceEvent.Kind.DELIVERED);
      assertThat(a.control().list(QueueFilter.all())).isEmpty();
    }
  }

  @Test
  void aConnectionThatBreaksEndsTheRequestAtAllServers() throws Exception {
    try (SharedNode a = start("a", ScriptedTransport.onDemand("test"));
        SharedNode b = start("b", ScriptedTransport.onDemand("test"))) {
      share(a, b);
      enqueue(a);
      await().atMost(PATIENCE).until(() -> a.count(QueueEntry.State.WAITING) == MAILS);
      ScriptedTransport connection = new ScriptedTransport("connection");
      DOMAINS.forEach(domain -> connection.answer(domain, ScriptedTransport::unreachable));

      QueueControl.Drained drained = a.control().drain(DOMAINS, connection);

      assertThat(drained).isEqualTo(new QueueControl.Drained(1, MAILS));
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() throws Exception {
    try (SharedNode a = start("a", deferring())) {
      Process frozen = CrashLoad.forkAt(broker.url(), directory, directory.resolve("frozen"));
      try {
        await().atMost(PATIENCE).until(() -> a.shards() == 8);
        signal(frozen, "STOP");

        assertThatThrownBy(() -> export(a))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("frozen");
      } finally {
        frozen.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aServerThatDoesNotSayWhatItHasLeftForACustomerIsNamed() throws Exception {
    try (SharedNode a = start("a", ScriptedTransport.onDemand("test"));
        TestVoice silent = new TestVoice(broker, "silent")) {
      silent.say(NodeMessage.Kind.GREETING);
      await().atMost(PATIENCE).until(() -> a.shards() == 8);

      QueueControl.Drained drained =
          a.control().drain(DOMAINS, new ScriptedTransport("connection"));

      assertThat(drained.unknown()).containsExactly("silent");
    }
  }

  @Test
  void aServerWhoseAnswerCannotBeReadIsTakenForSilent() throws Exception {
    try (SharedNode a = start("a", deferring());
        TestVoice strange = new TestVoice(broker, "strange")) {
      strange.answerWith(question -> new byte[] {99});
      await().atMost(PATIENCE).until(() -> a.shards() == 8);

      assertThat(a.control().counts()).isNotEmpty();
      assertThatThrownBy(() -> export(a))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("strange");
    }
  }

  /** A customer's connection that takes the first mail of another server and then waits. */
  private static final class Waiting {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);
    final List<MailId> got = new CopyOnWriteArrayList<>();
    final ScriptedTransport transport = new ScriptedTransport("connection");

    /** @param own the server that has the connection, whose own mail doesn't wait */
    Waiting(SharedNode own) {
      DOMAINS.forEach(domain -> transport.answer(domain, delivery -> {
        if (!own.owns("test:" + domain)) {
          begun.countDown();
          mayEnd.await();
        }
        got.add(delivery.mail().id());
        return ScriptedTransport.delivered(delivery);
      }));
    }
  }

  private static CompletableFuture<QueueControl.Drained> drain(
      SharedNode node, ScriptedTransport connection) {
    CompletableFuture<QueueControl.Drained> drained = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        drained.complete(node.control().drain(DOMAINS, connection));
      } catch (InterruptedException | RuntimeException e) {
        drained.completeExceptionally(e);
      }
    });
    return drained;
  }

  @Test
  void aBrokerThatIsRestartedEndsACustomersRequestAndTheNextOneGetsTheRest() throws Exception {
    try (SharedNode a = start("a", ScriptedTransport.onDemand("test"));
        SharedNode b = start("b", ScriptedTransport.onDemand("test"))) {
      share(a, b);
      List<MailId> sent = enqueue(a);
      await().atMost(PATIENCE).until(() -> a.count(QueueEntry.State.WAITING) == MAILS);
      Waiting connection = new Waiting(a);
      CompletableFuture<QueueControl.Drained> drained = drain(a, connection.transport);
      connection.begun.await();

      broker.kill();
      await().atMost(PATIENCE).until(() -> a.queue().refusal().isPresent());
      broker.start();
      await().atMost(PATIENCE).until(() -> a.queue().refusal().isEmpty());
      connection.mayEnd.countDown();

      await().atMost(PATIENCE).until(drained::isDone);
      await("what it isn't sure of is marked")
          .atMost(PATIENCE)
          .until(() -> b.trace().events().stream()
              .anyMatch(event -> event.kind() == TraceEvent.Kind.REPEATED));
      share(a, b);
      List<MailId> got = connection.got;
      ScriptedTransport next = new ScriptedTransport("connection");
      DOMAINS.forEach(domain -> next.answer(domain, delivery -> {
        got.add(delivery.mail().id());
        return ScriptedTransport.delivered(delivery);
      }));
      await().atMost(PATIENCE).until(() -> {
        drain(a, next).join();
        return got.containsAll(sent);
      });
    }
  }

  @Test
  void aServerThatIsStoppedTellsWhatItsCustomerGot() throws Exception {
    try (SharedNode a = start("a", ScriptedTransport.onDemand("test"));
        SharedNode b = start("b", ScriptedTransport.onDemand("test"))) {
      share(a, b);
      enqueue(a);
      await().atMost(PATIENCE).until(() -> a.count(QueueEntry.State.WAITING) == MAILS);
      Waiting connection = new Waiting(a);
      CompletableFuture<QueueControl.Drained> drained = drain(a, connection.transport);
      connection.begun.await();

      Thread closing = Thread.ofVirtual().start(a::close);
      await().atMost(PATIENCE).until(() -> a.queue().refusal().isPresent());
      connection.mayEnd.countDown();

      closing.join();
      await().atMost(PATIENCE).until(drained::isDone);
      await()
          .atMost(PATIENCE)
          .until(() -> b.trace().events().stream()
              .anyMatch(event -> event.kind() == TraceEvent.Kind.DELIVERED));
      // A mail that b offered while a closed has no answer, and may count as repeated.
      assertThat(b.trace().events())
          .as("what the customer got is certain")
          .noneMatch(event ->
              event.kind() == TraceEvent.Kind.REPEATED && connection.got.contains(event.id()));
      await()
          .atMost(PATIENCE)
          .until(() -> b.control().count(QueueFilter.all()) == MAILS - connection.got.size());
    }
  }

  private static void signal(Process process, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor())
        .isZero();
  }

  @Test
  void commandsGoOnThoughTheBrokerIsRestarted() throws Exception {
    try (SharedNode a = start("a", deferring());
        SharedNode b = start("b", deferring())) {
      share(a, b);
      enqueue(a);
      await().atMost(PATIENCE).until(() -> b.count(QueueEntry.State.DEFERRED) == MAILS);
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong commands = new AtomicLong();
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      Thread operator = Thread.ofVirtual().start(() -> {
        while (!over.get()) {
          try {
            a.control().hold(QueueFilter.destination("d1.example"));
            a.control().release(QueueFilter.destination("d1.example"));
            a.control().list(QueueFilter.all()).toList();
            a.control().destinations();
            commands.incrementAndGet();
          } catch (RuntimeException e) {
            failures.add(e);
          }
        }
      });
      await().atMost(PATIENCE).until(() -> commands.get() > 0);

      broker.kill();
      await().atMost(PATIENCE).until(() -> a.queue().refusal().isPresent());
      broker.start();
      await().atMost(PATIENCE).until(() -> a.queue().refusal().isEmpty());
      long until = commands.get() + 2;
      await().atMost(PATIENCE).until(() -> commands.get() >= until);
      over.set(true);
      operator.join();

      assertThat(failures).isEmpty();
      await()
          .atMost(PATIENCE)
          .until(() ->
              a.control().hold(QueueFilter.all()) >= 0 && b.count(QueueEntry.State.HELD) == MAILS);
      assertThat(b.control().list(QueueFilter.all())).hasSize(MAILS).doesNotHaveDuplicates();
    }
  }
}
