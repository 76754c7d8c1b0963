package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections there may be, and how each of them ends. */
class ConnectionsTest {
  @Test
  void turnsAwayConnectionsBeyondTheLimit() throws IOException {
    try (TestListener listener =
        new TestListener("smtp").set("maxConnectionsPerAddress", "2").start()) {
      try (Client one = listener.client();
          Client two = listener.client();
          Client three = new Client(listener.address())) {
        assertThat(three.reply()).startsWith("421 4.7.0");
        assertThat(three.line()).isNull();
        assertThat(one.ask("NOOP")).startsWith("250");
        assertThat(two.ask("NOOP")).startsWith("250");
      }
      await().untilAsserted(() -> assertThat(listener.listener().connections()).isZero());
      try (Client again = listener.client()) {
        assertThat(again.ask("NOOP")).startsWith("250");
      }
    }
  }

  @Test
  void endsASilentSession() throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("timeout", "100ms").start();
        Client client = listener.client()) {
      assertThat(client.reply()).startsWith("421 4.4.2");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void endsASessionThatReadsNoReplies() throws IOException {
    try (TestListener listener = new TestListener("smtp")
            .set("timeout", "300ms")
            .set("maxJunkCommands", "1000000")
            .start();
        Client client = listener.client()) {
      byte[] helps = "HELP\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
      Thread writer = Thread.ofVirtual().start(() -> {
        try {
          while (true) {
            client.send(helps);
          }
        } catch (IOException e) {
          // The server has closed: what this test is about.
          Thread.currentThread().interrupt();
        }
      });
      await().atMost(Duration.ofSeconds(30)).until(() -> listener.listener().connections() == 0);
      client.close();
      await().until(() -> !writer.isAlive());
    }
  }

  @Test
  void finishesATransactionWhenItStops() throws Exception {
    TestListener listener = new TestListener("smtp").start();
    try (listener;
        Client idle = listener.client();
        Client busy = listener.client()) {
      busy.openData();
      Thread stopping =
          Thread.ofVirtual().start(() -> listener.listener().stop(Duration.ofSeconds(20)));
      assertThat(idle.reply()).startsWith("421 4.3.2");
      assertThat(busy.ask(".")).startsWith("250 2.0.0");
      assertThat(busy.reply()).startsWith("421 4.3.2");
      stopping.join();
      assertThat(listener.services.queue.mails()).hasSize(1);
      assertThat(listener.listener().connections()).isZero();
    }
  }

  @Test
  void holdsManyIdleConnections() throws IOException {
    try (TestListener listener =
        new TestListener("smtp").set("maxConnectionsPerAddress", "1000").start()) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        clients.add(listener.client());
      }
      assertThat(listener.listener().connections()).isEqualTo(500);
      for (Client client : clients) {
        assertThat(client.ask("NOOP")).startsWith("250");
        client.close();
      }
    }
  }
}
