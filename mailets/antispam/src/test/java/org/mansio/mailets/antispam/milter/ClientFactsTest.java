package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.mansio.spi.testkit.FakeSmtpSession;

class ClientFactsTest {
  private static FakeSmtpSession under(String tls) {
    return new FakeSmtpSession("1", "192.0.2.7").tls(tls);
  }

  @Test
  void namesACertificateFromTheTop() {
    assertThat(ClientFacts.distinguishedName(
            new X500Principal("CN=mx.example.org, O=Example\\, Inc., C=DE")))
        .isEqualTo("/C=DE/O=Example, Inc./CN=mx.example.org");
  }

  @Test
  void readsTheKeySizeFromTheCipherSuite() {
    assertThat(ClientFacts.cipherBits(under("TLSv1.3 TLS_AES_128_GCM_SHA256"))).contains("128");
    assertThat(ClientFacts.cipherBits(under("TLSv1.3 TLS_CHACHA20_POLY1305_SHA256")))
        .contains("256");
    assertThat(ClientFacts.cipherBits(under("TLSv1.2 SOMETHING"))).isEmpty();
    assertThat(ClientFacts.cipher(under("TLSv1.3"))).isEmpty();
    assertThat(ClientFacts.tlsVersion(new FakeSmtpSession("1", "192.0.2.7"))).isEmpty();
  }

  @Test
  void tagsIpv6Addresses() {
    assertThat(ClientFacts.taggedAddress(InetAddress.ofLiteral("2001:db8::1")))
        .isEqualTo("IPv6:2001:db8:0:0:0:0:0:1");
    assertThat(ClientFacts.address(InetAddress.ofLiteral("fe80::1%1"))).doesNotContain("%");
  }
}
