package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

class TlsTest extends ClientTest {
  private static SSLContext serverContext;
  private static ClientTls trusting;

  @BeforeAll
  static void makeCertificate() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    Instant now = Instant.now();
    X500Name name = new X500Name("CN=localhost");
    var builder = new JcaX509v3CertificateBuilder(
        name,
        BigInteger.ONE,
        Date.from(now.minusSeconds(60)),
        Date.from(now.plusSeconds(3600)),
        name,
        keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    X509Certificate certificate = new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(store, new char[0]);
    serverContext = SSLContext.getInstance("TLS");
    serverContext.init(keyManagers.getKeyManagers(), null, null);
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("server", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    trusting = ClientTls.trusting(trust);
  }

  @BeforeEach
  void offerStartTls() {
    serve(FakeSmtpServer.smtp(serverContext).offering("PIPELINING", "8BITMIME", "STARTTLS"));
  }

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

  private void trustTheServer() {
    client.close();
    client = new SmtpClient(trusting, PoolLimits.STANDARD);
  }

  private static Envelope requiringTls() {
    return toBob().withParameter(Envelope.REQUIRE_TLS, "");
  }

  private RecipientResult sendRequiringTls() throws Exception {
    return send(smtp, requiringTls(), content(MESSAGE)).get(BOB);
  }

  private void assertOurOwn(RecipientResult result, String status) {
    assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
      assertThat(failed.status()).isEqualTo(status(status));
      assertThat(failed.remoteMta()).isEmpty();
    });
    assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
  }

  @Test
  void mailThatRequiresTlsGoesWhereItIsPromisedOnwardUnderAVerifiedCertificate() throws Exception {
    trustTheServer();
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com> REQUIRETLS");
  }

  @Test
  void otherMailIsNotSaidToRequireTls() throws Exception {
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertThat(send(BOB).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<alice@example.com>");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWhoDoesNotPromiseItOnward() throws Exception {
    trustTheServer();

    assertOurOwn(sendRequiringTls(), "5.7.30");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWithoutTls() throws Exception {
    server.offering("PIPELINING", "REQUIRETLS");

    assertOurOwn(sendRequiringTls(), "5.7.10");
  }

  @Test
  void mailThatRequiresTlsGoesToNobodyWithAnotherCertificate() throws Exception {
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");

    assertOurOwn(sendRequiringTls(), "5.7.10");
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void mailThatRequiresTlsWaitsWhereTlsIsOnlyOutOfOrder() {
    server.offering("STARTTLS", "REQUIRETLS").on("STARTTLS", "454 4.7.0 not now");

    assertThatThrownBy(this::sendRequiringTls)
        .isInstanceOfSatisfying(
            ConnectFailure.class, e -> assertThat(e.permanent()).isFalse());
  }

  @Test
  void mailThatRequiresTlsDoesNotUseAConnectionOpenedForLess() throws Exception {
    trustTheServer();
    server.offering("PIPELINING", "STARTTLS", "REQUIRETLS");
    send(BOB);
    assertThat(client.keptConnections()).isEqualTo(1);

    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
    assertThat(sendRequiringTls()).isInstanceOf(Delivered.class);
    assertThat(server.dialogues()).hasSize(2);
  }

  @Test
  void aReportAboutMailThatRequiresTlsIsNotLostForIt() throws Exception {
    Envelope report = requiringTls().withSender(Optional.empty());
    assertThat(send(smtp, report, content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<> BODY=8BITMIME");

    serve(FakeSmtpServer.smtp(serverContext).offering("STARTTLS", "REQUIRETLS"));
    assertThat(send(smtp, report, content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).isEqualTo("MAIL FROM:<> REQUIRETLS");
  }

  @Test
  void mailThatRequiresTlsIsDeliveredOverLmtp() throws Exception {
    serve(FakeSmtpServer.lmtp());

    assertThat(send(lmtp, requiringTls(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(mailCommand()).doesNotContain("REQUIRETLS");
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
