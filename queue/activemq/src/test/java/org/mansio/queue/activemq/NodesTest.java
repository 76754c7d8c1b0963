package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.activemq.NodeMessage.Kind;
import org.mansio.queue.log.Peers.Peer;
import org.mansio.spi.settings.Settings;

/** Servers that speak to each other over a broker. */
@Timeout(300)
class NodesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofHours(4);
  private static final byte[] QUESTION = {1};
  private static final byte[] ANSWER = {2};

  @TempDir
  Path directory;

  private BrokerProcess broker;
  private Nodes a;
  private Thread run;

  @BeforeEach
  void begin() throws Exception {
    broker = BrokerProcess.start(directory);
    a = nodes("a");
    a.connect();
    run = Thread.ofVirtual().start(a);
  }

  @AfterEach
  void end() throws Exception {
    a.close();
    run.join();
    broker.close();
  }

  private Nodes nodes(String name) throws Exception {
    Settings settings =
        Settings.ofTexts(new ActiveMqQueueFactory().settings(), Map.of("brokerUrl", broker.url()));
    return new Nodes(ActiveMqQueueFactory.broker(settings, directory), new BodyPlace(), name);
  }

  private void awaitOther(Peer peer) {
    await().atMost(PATIENCE).until(() -> a.others().contains(peer));
  }

  private CompletableFuture<Optional<byte[]>> ask(Peer peer) {
    CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        answer.complete(a.ask(peer, QUESTION, LONG));
      } catch (InterruptedException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  @Test
  void aServerThatWasKilledAndIsBackAtOnceBrokeOff() throws Exception {
    try (TestVoice former = new TestVoice(broker, "b");
        TestVoice back = new TestVoice(broker, "b")) {
      former.say(Kind.GREETING);
      awaitOther(former.self());

      back.say(Kind.GREETING);

      awaitOther(back.self());
      assertThat(a.others()).containsExactly(back.self());
      assertThat(a.breaks()).isEqualTo(1);
    }
  }

  @Test
  void aMessageThatIsNotUnderstoodIsPassedOver() throws Exception {
    try (TestVoice other = new TestVoice(broker, "b")) {
      other.say(new byte[] {1, 0, 1, 'b'});
      other.say(new byte[] {(byte) NodeMessage.VERSION, 0});
      other.say(new byte[0]);
      other.say(Kind.GREETING);

      awaitOther(other.self());
      assertThat(a.breaks()).as("the connection was kept").isZero();
    }
  }

  @Test
  void aQuestionIsGivenUpWhenTheBrokerIsLost() throws Exception {
    TestVoice other = new TestVoice(broker, "b");
    other.say(Kind.GREETING);
    awaitOther(other.self());
    CompletableFuture<Optional<byte[]>> answer = ask(other.self());

    broker.kill();

    await().atMost(PATIENCE).until(answer::isDone);
    assertThat(answer.join()).isEmpty();
    assertThat(a.ask(other.self(), QUESTION, LONG))
        .as("nobody can be asked now")
        .isEmpty();
  }

  @Test
  void aQuestionIsGivenUpWhenTheOtherOneLostItsConnection() throws Exception {
    try (TestVoice other = new TestVoice(broker, "b")) {
      other.say(Kind.GREETING);
      awaitOther(other.self());
      CompletableFuture<Optional<byte[]>> answer = ask(other.self());

      await().atMost(PATIENCE).until(() -> {
        // It lives all the time, but doesn't know of the question.
        other.say(Kind.GREETING);
        return answer.isDone();
      });

      assertThat(answer.join()).isEmpty();
    }
  }

  @Test
  void aQuestionIsGivenUpAtTheEnd() throws Exception {
    try (TestVoice other = new TestVoice(broker, "b")) {
      other.say(Kind.GREETING);
      awaitOther(other.self());
      CompletableFuture<Optional<byte[]>> answer = ask(other.self());

      a.close();

      await().atMost(PATIENCE).until(answer::isDone);
      assertThat(answer.join()).isEmpty();
    }
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeTheEnd() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    Nodes b = nodes("b");
    b.answerWith(question -> {
      asked.countDown();
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return ANSWER;
    });
    b.connect();
    Thread running = Thread.ofVirtual().start(b);
    awaitOther(b.self());
    CompletableFuture<Optional<byte[]>> answer = ask(b.self());
    asked.await();

    Thread ending = Thread.ofVirtual().start(b::close);
    await().atMost(PATIENCE).until(() -> ending.getState() == Thread.State.TIMED_WAITING);
    closing.countDown();

    ending.join();
    running.join();
    assertThat(answer.join()).contains(ANSWER);
    await().atMost(PATIENCE).until(() -> a.others().isEmpty());
    assertThat(a.breaks()).as("it said good-bye").isZero();
  }
}
