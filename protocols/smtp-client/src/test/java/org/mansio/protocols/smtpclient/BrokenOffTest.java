package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.DeafPort;
import org.mansio.spi.testkit.FakeSmtpServer;

/** What becomes of a mail when the host goes away, says nonsense or nothing, or the caller has no more time. */
class BrokenOffTest extends ClientTest {
  @Test
  void defersWhenTheConnectionIsLostBehindTheDot() throws Exception {
    server.on(".", FakeSmtpServer.CLOSE);

    assertThat(send(BOB).get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, d -> assertThat(d.status()).isEqualTo(status("4.4.2")));
    assertThat(server.taken()).hasSize(1);
  }

  @Test
  void defersWhenTheHostClosesWith421() throws Exception {
    server.on("RCPT TO:<carol@", "421 4.3.2 shutting down");

    assertThat(send(BOB, CAROL).values()).allSatisfy(result -> {
      assertThat(result).isInstanceOf(Deferred.class);
      assertThat(result.diagnostic()).contains("421 4.3.2 shutting down");
    });
  }

  @Test
  void gaveNothingWhenTheGreetingRefuses() {
    server.on("", "554 5.3.2 no mail here");
    assertThatThrownBy(() -> send(BOB))
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isTrue());

    server.on("", "421 4.3.2 busy");
    assertThatThrownBy(() -> send(BOB))
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isFalse());
  }

  @Test
  void gaveNothingWhenNobodyListens() {
    try (DeafPort port = new DeafPort()) {
      Peer nobody = Peer.of("localhost", server.address(), port.port());

      ConnectFailure failure = catchThrowableOfType(
          ConnectFailure.class, () -> client.send(nobody, smtp, toBob(), content(MESSAGE)));

      assertThat(failure.result().status()).isEqualTo(status("4.4.1"));
      assertThat(failure).hasMessage(nobody + ": connecting failed: Connection refused");
    }
  }

  @Test
  void gaveNothingWhenTheHostTalksNonsense() {
    server.on("", "SSH-2.0-OpenSSH");

    assertThatThrownBy(() -> send(BOB))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("not a reply");
  }

  /** Whichever is noticed first, the greeting or the end of the connection. */
  @Test
  void hearsWhatAHostSaysThatClosesAtOnce() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> refuseAll(listener));
      Peer refusing = Peer.of("localhost", listener.getInetAddress(), listener.getLocalPort());

      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(() -> client.send(refusing, smtp, toBob(), content(MESSAGE)))
            .isInstanceOfSatisfying(
                ConnectFailure.class, e -> assertThat(e.permanent()).isTrue());
      }
    }
  }

  private static void refuseAll(ServerSocket listener) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket
            .getOutputStream()
            .write("554 5.3.2 no mail here\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // Closed: the test is over.
        return;
      }
    }
  }

  @Test
  void doesNotWaitForeverForAReply() {
    server.on("", FakeSmtpServer.SILENCE);
    ClientOptions impatient = smtp.withTimeouts(Timeouts.STANDARD.withEach(Duration.ofMillis(50)));

    assertThatThrownBy(() -> send(impatient, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("no reply");
  }

  @Test
  void endsEarlyWhenInterrupted() throws Exception {
    server.on(".", FakeSmtpServer.SILENCE).on("RCPT TO:<carol@", "550 5.1.1 no");
    List<Map<Recipient, RecipientResult>> outcome = new ArrayList<>();
    Thread sender = Thread.startVirtualThread(() -> {
      try {
        outcome.add(send(BOB, CAROL));
      } catch (ConnectFailure | InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    Awaitility.await().until(() -> !server.taken().isEmpty());
    sender.interrupt();
    sender.join();

    assertThat(outcome.getFirst().get(BOB)).isInstanceOf(Deferred.class);
    assertThat(outcome.getFirst().get(CAROL)).isInstanceOf(Failed.class);
  }

  @Test
  void neverSendsADotBehindHalfAMessage() throws Exception {
    Content broken = new Content() {
      @Override
      public long size() {
        return 1_000_000;
      }

      @Override
      public InputStream open() throws IOException {
        return new java.io.ByteArrayInputStream(
            "Subject: half\r\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
      }
    };

    assertThat(send(smtp, toBob(), broken).get(BOB)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }
}
