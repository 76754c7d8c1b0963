package org.mansio.server.kernel.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelfSignedCertificateTest {
  private static KeyPair pair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource({
    "mx.example.org, 2026-07-01T12:34:56Z",
    // Its end has a year that takes the other form of time.
    "mx.example.org, 2049-12-31T23:59:59Z",
    "mx.example.org, 2050-01-02T00:00:00Z",
    "x, 2026-01-01T00:00:00Z",
    // So long that lengths take two octets.
    "a-name-of-many-labels.a-name-of-many-labels.a-name-of-many-labels.a-name-of-many-labels.a-name-of-many-labels"
        + ".a-name-of-many-labels.a-name-of-many-labels.a-name-of-many-labels.example, 2026-01-01T00:00:00Z",
  })
  void isWhatOthersReadAsACertificateForTheName(String hostname, Instant now) throws Exception {
    KeyPair pair = pair();

    byte[] der = SelfSignedCertificate.certificate(pair, hostname, now);

    X509Certificate read = (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    read.verify(pair.getPublic());
    assertThat(read.getVersion()).isEqualTo(3);
    assertThat(read.getPublicKey()).isEqualTo(pair.getPublic());
    assertThat(read.getSubjectX500Principal().getName()).isEqualTo("CN=" + hostname);
    assertThat(read.getIssuerX500Principal()).isEqualTo(read.getSubjectX500Principal());
    assertThat(read.getSubjectAlternativeNames()).containsExactly(List.of(2, hostname));
    assertThat(read.getBasicConstraints()).as("of no authority").isEqualTo(-1);
    assertThat(read.getCriticalExtensionOIDs()).containsExactly("2.5.29.19");
    assertThat(read.getSerialNumber()).isPositive();
    assertThat(read.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofDays(1)));
    assertThat(read.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(3650)));
    // A second reader, which is stricter than the first: written again, it is the same to the
    // octet.
    assertThat(new X509CertificateHolder(der).toASN1Structure().getEncoded("DER"))
        .isEqualTo(der);
  }
}
