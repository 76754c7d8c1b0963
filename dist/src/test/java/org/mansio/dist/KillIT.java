package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** What was answered with 250 survives the process (RFC 5321 §6.1). */
class KillIT {
  private static final int SESSIONS = 8;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** More rounds by hand: {@code -Dmansio.kill.rounds=20}. */
  private static final int ROUNDS = Integer.getInteger("mansio.kill.rounds", 3);

  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Random random = new Random();

  @Test
  void acknowledgedMailArrivesAlthoughTheServerIsKilledUnderLoad() {
    Installation installation = Installation.fresh("killed");
    try (RunningServer first = RunningServer.withUsers(installation, Map.of())) {
      killUnderLoad(first);
    }
    for (int round = 1; round < ROUNDS; round++) {
      try (RunningServer server = RunningServer.start(installation, Map.of())) {
        killUnderLoad(server);
      }
    }
    assertThat(acknowledged).isNotEmpty();
    Mailbox bob = Mailbox.of(installation.data(), "bob", "example.org");
    try (RunningServer last = RunningServer.start(installation, Map.of())) {
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(arrived(bob)).containsAll(acknowledged));
      assertThat(last.stop()).isZero();
    }
  }

  private static Set<String> arrived(Mailbox mailbox) {
    return mailbox.messages().stream().map(TestMessage::idOf).collect(Collectors.toSet());
  }

  /** Sessions send until the server, killed when a random number of mails is acknowledged, is gone. */
  private void killUnderLoad(RunningServer server) {
    int enough = acknowledged.size() + 20 + random.nextInt(300);
    int port = server.smtp();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SESSIONS; i++) {
        threads.submit(() -> send(port));
      }
      Awaitility.await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> acknowledged.size() >= enough);
      server.kill();
    }
  }

  private void send(int port) {
    try (SmtpClient client = SmtpClient.connect(port).ehlo()) {
      while (true) {
        int number = numbers.incrementAndGet();
        // Every tenth is large enough to be kept outside of the queue's own messages.
        TestMessage mail = TestMessage.of("killed-" + number, number % 10 == 0 ? 150_000 : 3_000);
        if (client
                .mail("a@example.com", List.of("bob@example.org"), mail.octets())
                .code()
            == 250) {
          acknowledged.add(mail.id());
        }
      }
    } catch (IOException e) {
      // The server is gone, which is the point.
      return;
    }
  }
}
