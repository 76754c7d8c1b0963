package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.core.TestCertificates.Issued;

class ChannelBindingTest {
  /** Both ends of one connection. */
  private record Pair(SSLSession server, SSLSession client) {}

  private static Pair handshake(Issued certificate, String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(certificate.keyManagers(), null, null);
    SSLEngine server = context.createSSLEngine();
    server.setUseClientMode(false);
    SSLEngine client = TestCertificates.client().createSSLEngine();
    client.setUseClientMode(true);
    client.setEnabledProtocols(new String[] {protocol});
    ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
    while (unfinished(client) || unfinished(server)) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    return new Pair(server.getSession(), client.getSession());
  }

  private static boolean unfinished(SSLEngine engine) {
    return engine.getSession().getProtocol().equals("NONE")
        || engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    in.flip();
    engine.unwrap(in, ByteBuffer.allocate(1 << 16));
    in.compact();
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = engine.getDelegatedTask();
    }
    engine.wrap(ByteBuffer.allocate(0), out);
  }

  @ParameterizedTest
  @CsvSource({
    "SHA1withRSA, SHA-256",
    "SHA256withECDSA, SHA-256",
    "SHA384withECDSA, SHA-384",
    "SHA512withRSA, SHA-512",
    "SHA384withRSAandMGF1, SHA-384",
  })
  void hashesTheServersCertificateAsItsSignatureDoes(String signature, String hash)
      throws Exception {
    Issued certificate = TestCertificates.authority("mx.example.org", signature);
    assertThat(ChannelBinding.serverEndPoint(certificate.certificate()))
        .hasValue(
            MessageDigest.getInstance(hash).digest(certificate.certificate().getEncoded()));
  }

  @Test
  void hasNoServerEndPointWhereTheSignatureHasNoHashOfItsOwn() {
    Issued certificate = TestCertificates.authority("mx.example.org", "Ed25519");
    assertThat(ChannelBinding.serverEndPoint(certificate.certificate())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void exportsTheSameToBothEndsAndAnotherToEachConnection(String protocol) throws Exception {
    Issued certificate = TestCertificates.authority("mx.example.org");
    Pair first = handshake(certificate, protocol);
    Optional<byte[]> exported = ChannelBinding.of("tls-exporter", first.server());
    assertThat(exported.orElseThrow()).hasSize(32);
    assertThat(ChannelBinding.of("tls-exporter", first.client())).hasValue(exported.get());
    assertThat(
            ChannelBinding.of("tls-exporter", handshake(certificate, protocol).server())
                .orElseThrow())
        .isNotEqualTo(exported.get());
    assertThat(ChannelBinding.of("tls-server-end-point", first.server()))
        .hasValue(MessageDigest.getInstance("SHA-256")
            .digest(certificate.certificate().getEncoded()));
    assertThat(ChannelBinding.of("tls-unique", first.server())).isEmpty();
  }
}
