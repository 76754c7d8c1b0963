package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.testkit.FakeSmtpServer;

/** STARTTLS and implicit TLS, used as far as the mode demands it (RFC 3207, RFC 8314). */
class TlsTest extends TlsFixture {
  @Test
  void usesTlsWhereItIsOfferedAndIntroducesItselfAgain() throws Exception {
    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.commands())
        .startsWith(
            "EHLO client.example",
            "STARTTLS",
            "EHLO client.example",
            "MAIL FROM:<alice@example.com> BODY=8BITMIME");
  }

  @Test
  void dropsWhatStandsBehindTheReplyToStartTls() throws Exception {
    server.on("STARTTLS", "220 go\r\n250-injected\r\n250 SIZE 1");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.commands()).noneMatch(command -> command.contains("SIZE="));
  }

  @Test
  void aReplySentAheadInTheClearAnswersNothingInTls() {
    server.on("EHLO", "250-fake.example\r\n250 STARTTLS\r\n220 go\r\n250 sent ahead");

    assertThatThrownBy(() -> send(smtp.withTls(TlsMode.REQUIRED, false), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class);
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void aCommonNameAloneIsNoName() throws Exception {
    TestAuthority authority = new TestAuthority();
    serve(FakeSmtpServer.smtp(authority.server().context()).offering("STARTTLS"));
    client.close();
    client = new SmtpClient(ClientTls.trusting(authority.trust()), PoolLimits.STANDARD);
    // TestAuthority's servers have this common name.
    Peer named = Peer.of("server", server.address(), server.port());

    assertThatThrownBy(() ->
            client.send(named, smtp.withTls(TlsMode.REQUIRED, true), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("TLS failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*x.example.org", "m*.example.org", "*.*.org"})
  void aWildcardIsAWholeLabelAndTheFirst(String name) throws Exception {
    TestAuthority authority = new TestAuthority();
    serve(FakeSmtpServer.smtp(authority.server(name).context()).offering("STARTTLS"));
    client.close();
    client = new SmtpClient(ClientTls.trusting(authority.trust()), PoolLimits.STANDARD);
    Peer named = Peer.of("mx.example.org", server.address(), server.port());

    assertThatThrownBy(() ->
            client.send(named, smtp.withTls(TlsMode.REQUIRED, true), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("TLS failed");
  }

  @Test
  void goesWithoutWhenTheHandshakeFails() throws Exception {
    serve(FakeSmtpServer.smtp().offering("8BITMIME", "STARTTLS"));

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
    assertThat(server.dialogues().getLast().commands()).doesNotContain("STARTTLS");
  }

  @Test
  void goesWithoutWhenStartTlsIsRefused() throws Exception {
    server.on("STARTTLS", "454 4.7.0 not now");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void takesOnly220ForAYesToStartTls() throws Exception {
    server.on("STARTTLS", "250 2.0.0 ok");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(1);

    assertThatThrownBy(() -> send(smtp.withTls(TlsMode.REQUIRED, false), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("refused");
  }

  @Test
  void sendsNothingWithoutTlsThatIsRequired() {
    ClientOptions required = smtp.withTls(TlsMode.REQUIRED, false);
    server.offering("8BITMIME");
    assertThatThrownBy(() -> send(required, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("not offered");

    server.offering("8BITMIME", "STARTTLS").on("STARTTLS", "454 4.7.0 not now");
    assertThatThrownBy(() -> send(required, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("refused");

    serve(FakeSmtpServer.smtp().offering("8BITMIME", "STARTTLS"));
    assertThatThrownBy(() -> send(required, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("TLS failed");
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void verifiesTheCertificateWhenTold() throws Exception {
    ClientOptions verified = smtp.withTls(TlsMode.REQUIRED, true);
    assertThatThrownBy(() -> send(verified, toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("TLS failed");

    client.close();
    client = new SmtpClient(trusting, PoolLimits.STANDARD);
    assertThat(send(verified, toBob(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
  }

  @Test
  void verifiesTheNameWhenTold() {
    client.close();
    client = new SmtpClient(trusting, PoolLimits.STANDARD);
    Peer misnamed = Peer.of("mx.example.org", server.address(), server.port());

    assertThatThrownBy(() ->
            client.send(misnamed, smtp.withTls(TlsMode.REQUIRED, true), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class)
        .hasMessageContaining("TLS failed");
  }

  @Test
  void sendsThePasswordInsideTls() throws Exception {
    server.offering("PIPELINING", "8BITMIME", "STARTTLS", "AUTH PLAIN");

    assertThat(send(
                smtp.withCredentials(new Credentials("relay", "geheim")), toBob(), content(MESSAGE))
            .get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.commands().indexOf("STARTTLS"))
        .isLessThan(server.commands().indexOf("AUTH PLAIN AHJlbGF5AGdlaGVpbQ=="));
  }

  @Test
  void speaksTlsFromTheFirstOctetWhenTold() throws Exception {
    try (SSLServerSocket listener =
        (SSLServerSocket) serverContext.getServerSocketFactory().createServerSocket(0)) {
      CompletableFuture<String> firstLine = new CompletableFuture<>();
      Thread.startVirtualThread(() -> {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
          socket
              .getOutputStream()
              .write("220 hello\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          firstLine.complete(new String(
              socket.getInputStream().readNBytes(4), java.nio.charset.StandardCharsets.US_ASCII));
        } catch (java.io.IOException e) {
          firstLine.completeExceptionally(e);
        }
      });
      Peer peer = Peer.of("localhost", server.address(), listener.getLocalPort());

      assertThatThrownBy(() ->
              client.send(peer, smtp.withTls(TlsMode.IMPLICIT, false), toBob(), content(MESSAGE)))
          .isInstanceOf(ConnectFailure.class);
      assertThat(firstLine.get()).isEqualTo("EHLO");
    }
  }
}
