package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Two servers on one broker: they share the work, survive the broker, and each other. */
class ExternalBrokerIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int SESSIONS = 4;

  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();

  @Test
  void whatTwoServersAcceptedArrivesThoughTheBrokerAndOneOfThemAreKilled() throws Exception {
    Installation first = Installation.fresh("node-a");
    Installation second = Installation.fresh("node-b");
    Path bodies = first.data().resolveSibling("shared-bodies");
    Process broker = broker(first, 0);
    int port = port(broker);
    Map<String, String> environment = Map.of(
        "MANSIO_BROKER_URL",
        "failover:(tcp://127.0.0.1:" + port + ")",
        "MANSIO_BODY_DIRECTORY",
        bodies.toString());
    try (RunningServer a = RunningServer.withUsers(first, environment)) {
      try (RunningServer b = RunningServer.withUsers(second, environment)) {
        send(a.smtp(), 100);
        send(b.smtp(), 100);

        broker.destroyForcibly().waitFor();
        Awaitility.await().atMost(LIMIT).until(() -> replyToMail(a.smtp()) == 451);
        broker = broker(first, port);
        port(broker);
        Awaitility.await().atMost(LIMIT).until(() -> replyToMail(a.smtp()) == 250);

        send(a.smtp(), 50);
        Awaitility.await().atMost(LIMIT).until(() -> replyToMail(b.smtp()) == 250);
        sendUntilKilled(b);
      }
      Mailbox atFirst = Mailbox.of(first.data(), "bob", "example.org");
      Mailbox atSecond = Mailbox.of(second.data(), "bob", "example.org");
      Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
        List<String> arrived = new ArrayList<>();
        for (Mailbox mailbox : List.of(atFirst, atSecond)) {
          mailbox.messages().stream().map(TestMessage::idOf).forEach(arrived::add);
        }
        assertThat(arrived).containsAll(acknowledged);
      });
      assertThat(atFirst.messages()).isNotEmpty();
      assertThat(atSecond.messages()).isNotEmpty();
      assertThat(a.stop()).isZero();
    } finally {
      broker.destroyForcibly().waitFor();
    }
  }

  private static Process broker(Installation installation, int port) throws IOException {
    Path data = installation.data().resolveSibling("broker");
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx192m",
            "-cp",
            installation.bin("mansio").getParent().resolveSibling("lib") + "/*",
            Path.of("src/test/broker/ExternalBroker.java").toAbsolutePath().toString(),
            data.toString(),
            Integer.toString(port))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int port(Process broker) throws IOException {
    BufferedReader out = broker.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith("listening ")) {
      line = out.readLine();
    }
    assertThat(line).as("the broker's port").isNotNull();
    Thread.ofVirtual().start(() -> out.lines().forEach(rest -> {}));
    return Integer.parseInt(line.substring("listening ".length()));
  }

  private void send(int port, int count) throws IOException {
    try (SmtpClient client = SmtpClient.connect(port).ehlo()) {
      for (int i = 0; i < count; i++) {
        assertThat(sendOne(client)).isEqualTo(250);
      }
    }
  }

  private int sendOne(SmtpClient client) throws IOException {
    int number = numbers.incrementAndGet();
    TestMessage mail = TestMessage.of("shared-" + number, number % 10 == 0 ? 150_000 : 3_000);
    int code = code(client, mail);
    if (code == 250) {
      acknowledged.add(mail.id());
    }
    return code;
  }

  /** Of the first reply that is none of success: a queue that goes away is told of at MAIL, or wherever it's noticed. */
  private static int code(SmtpClient client, TestMessage mail) throws IOException {
    int code = client.command("MAIL FROM:<a@example.com> BODY=8BITMIME").code();
    if (code == 250) {
      code = client.command("RCPT TO:<bob@example.org>").code();
    }
    if (code == 250) {
      code = client.command("DATA").code();
    }
    if (code == 354) {
      client.data(mail.octets());
      code = client.reply().code();
    }
    return code;
  }

  private int replyToMail(int port) throws IOException {
    try (SmtpClient client = SmtpClient.connect(port).ehlo()) {
      return sendOne(client);
    }
  }

  private void sendUntilKilled(RunningServer server) {
    int enough = acknowledged.size() + 100;
    int port = server.smtp();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SESSIONS; i++) {
        threads.submit(() -> {
          try (SmtpClient client = SmtpClient.connect(port).ehlo()) {
            while (true) {
              sendOne(client);
            }
          } catch (IOException e) {
            // The server is gone, which is the point.
            return;
          }
        });
      }
      Awaitility.await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> acknowledged.size() >= enough);
      server.kill();
    }
  }
}
