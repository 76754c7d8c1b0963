package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.testkit.FakeSmtpServer;

class ConnectionReuseTest extends ClientTest {
  @Test
  void sendsManyMailsOverOneConnection() throws Exception {
    for (int i = 0; i < 90; i++) {
      assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    }

    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.taken()).hasSize(90);
  }

  @Test
  void takesTheRecipientsOfOneMailOverOneConnectionInAsManyTransactionsAsAllowed()
      throws Exception {
    client.close();
    client = new SmtpClient(ClientTls.ofRuntime(), PoolLimits.STANDARD, 2);

    assertThat(send(BOB, CAROL, DAVE).values()).hasSize(3).allMatch(Delivered.class::isInstance);

    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.taken()).extracting(taken -> taken.recipients().size()).containsExactly(2, 1);
  }

  @Test
  void takesAnotherConnectionWhenOneIsLostBetweenTwoTransactionsOfAMail() throws Exception {
    client.close();
    client = new SmtpClient(ClientTls.ofRuntime(), PoolLimits.STANDARD, 2);
    server.on("MAIL", "250 ok", FakeSmtpServer.CLOSE, "250 ok");

    assertThat(send(BOB, CAROL, DAVE).values()).hasSize(3).allMatch(Delivered.class::isInstance);

    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.taken()).extracting(taken -> taken.recipients().size()).containsExactly(2, 1);
  }

  @Test
  void findsAmongConnectionsToOneAddressThoseOfThePeersName() throws Exception {
    send(BOB);
    Peer other = Peer.of("other.example", server.address(), server.port());
    assertThat(client.hasConnection(peer(), smtp)).isTrue();
    assertThat(client.hasConnection(other, smtp)).isFalse();

    client.send(other, smtp, toBob(), content(MESSAGE));
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void neverUsesAConnectionAgainThatWasLeftWithinAMessage() throws Exception {
    Content broken = new Content() {
      @Override
      public long size() {
        return 1;
      }

      @Override
      public InputStream open() {
        throw new IllegalStateException("broken");
      }
    };
    assertThatThrownBy(() -> send(smtp, toBob(), broken)).hasMessage("broken");
    assertThat(client.keptConnections()).isZero();

    assertThat(send(CAROL).get(CAROL)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.taken()).hasSize(1).allSatisfy(taken -> {
      assertThat(taken.recipients()).containsExactly("RCPT TO:<carol@example.org>");
      assertThat(taken.text()).isEqualTo(MESSAGE);
    });
  }

  @Test
  void keepsConnectionsWithOtherOptionsApart() throws Exception {
    send(BOB);
    send(ClientOptions.smtp("other.example"), toBob(), content(MESSAGE));

    assertThat(server.dialogues()).hasSize(2);
    assertThat(client.keptConnections()).isEqualTo(2);
  }

  @Test
  void saysQuitAfterTheLastMailOfAConnection() throws Exception {
    limit(Duration.ofMinutes(1), 2, 10);
    for (int i = 0; i < 3; i++) {
      send(BOB);
    }

    assertThat(server.dialogues()).hasSize(2);
    Awaitility.await()
        .until(() -> server.dialogues().getFirst().commands().getLast().equals("QUIT"));
  }

  @Test
  void saysQuitWhenAConnectionWasIdleForLong() throws Exception {
    limit(Duration.ofMillis(50), 100, 10);
    send(BOB);

    Awaitility.await().until(() -> server.commands().contains("QUIT"));
    assertThat(client.keptConnections()).isZero();
  }

  @Test
  void keepsNoMoreIdleConnectionsThanAllowed() throws Exception {
    limit(Duration.ofMinutes(1), 100, 1);
    send(BOB);
    send(ClientOptions.smtp("other.example"), toBob(), content(MESSAGE));

    assertThat(client.keptConnections()).isEqualTo(1);
    Awaitility.await().until(() -> server.dialogues().getFirst().commands().contains("QUIT"));
  }

  @Test
  void forgetsAConnectionThatThePeerCloses() throws Exception {
    send(BOB);
    server.dropConnections();

    Awaitility.await().until(() -> client.keptConnections() == 0);
    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void triesAFreshConnectionWhenTheKeptOneDiesBeforeTheReplyToMail() throws Exception {
    send(BOB);
    server.on("MAIL", FakeSmtpServer.CLOSE, "250 ok");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.taken()).hasSize(2);
  }

  @Test
  void triesAFreshConnectionWhenTheKeptOneAnswers421ToMail() throws Exception {
    send(BOB);
    server.on("MAIL", "421 4.4.2 idle for too long", "250 ok");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void triesAFreshConnectionOnlyOnce() throws Exception {
    send(BOB);
    server.on("MAIL", FakeSmtpServer.CLOSE);

    assertThatThrownBy(() -> send(BOB))
        .isInstanceOfSatisfying(
            ConnectFailure.class,
            e -> assertThat(e.result().status()).isEqualTo(EnhancedStatus.parse("4.4.2")));
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void doesNotUseAConnectionAgainWhoseStateIsUnknown() throws Exception {
    server.on(".", "250 ok\r\n250 one too many", "250 ok");
    send(BOB);
    Awaitility.await().until(() -> client.keptConnections() == 0);

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> sent = IntStream.range(0, 200)
          .mapToObj(i -> threads.submit(() -> send(BOB).get(BOB) instanceof Delivered))
          .toList();
      for (Future<Boolean> one : sent) {
        assertThat(one.get()).isTrue();
      }
    }

    assertThat(server.taken()).hasSize(200);
  }

  @Test
  void saysQuitWhenItIsClosed() throws Exception {
    send(BOB);
    client.close();

    Awaitility.await().until(() -> server.commands().contains("QUIT"));
  }
}
