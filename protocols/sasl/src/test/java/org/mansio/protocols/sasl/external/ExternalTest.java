package org.mansio.protocols.sasl.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

class ExternalTest {
  private static final SaslStep ALICE = new SaslStep.Success(MailAddress.of("alice@example.org"));
  private final TestContext context = new TestContext();

  private static X509Certificate certificate(String... addresses) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X500Principal name = new X500Principal("CN=client");
    JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
        name,
        BigInteger.ONE,
        Date.from(Instant.now().minusSeconds(60)),
        Date.from(Instant.now().plusSeconds(600)),
        name,
        keys.getPublic());
    if (addresses.length > 0) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(Arrays.stream(addresses)
              .map(address -> new GeneralName(GeneralName.rfc822Name, address))
              .toArray(GeneralName[]::new)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private static SaslMechanism mechanism(Map<String, String> settings)
      throws InvalidSettingException {
    SaslMechanismFactory factory = ExternalMechanism.factory();
    return factory.create(Settings.ofTexts(factory.settings(), settings), new FakeServices());
  }

  private SaslStep login(String identity) throws InvalidSettingException {
    return mechanism(Map.of()).start(context).next(octets(identity));
  }

  @Test
  void itIsOfferedToClientsWithACertificate() throws Exception {
    assertThat(mechanism(Map.of()).isUsable(context)).isFalse();
    context.certificate = certificate();
    assertThat(mechanism(Map.of()).isUsable(context)).isTrue();
  }

  @Test
  void theAddressInTheCertificateIsTheUser() throws Exception {
    context.certificate = certificate("Alice@Example.org");
    assertThat(login("")).isEqualTo(ALICE);
    assertThat(login("alice@example.org")).isEqualTo(ALICE);
    assertThat(login("bob@example.org")).isInstanceOf(SaslStep.Rejected.class);
    assertThat(login("a\0b")).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void aCertificateOfNobodyOrOfSeveralIsRejectedUnlessOneIsNamed() throws Exception {
    context.certificate = certificate("nobody@example.org");
    assertThat(login("")).isInstanceOf(SaslStep.Rejected.class);
    context.certificate = certificate();
    assertThat(login("")).isInstanceOf(SaslStep.Rejected.class);
    context.certificate = certificate("alice@example.org", "bob@example.org");
    assertThat(login("")).isInstanceOf(SaslStep.Rejected.class);
    assertThat(login("alice@example.org")).isEqualTo(ALICE);
  }

  @Test
  void aFingerprintCanNameTheUserInstead() throws Exception {
    X509Certificate certificate = certificate("bob@example.org");
    context.certificate = certificate;
    String fingerprint = HexFormat.ofDelimiter(":")
        .withUpperCase()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    SaslMechanism mechanism = mechanism(Map.of("user", fingerprint + "=alice@example.org"));
    assertThat(mechanism.start(context).next(new byte[0])).isEqualTo(ALICE);
    assertThat(mechanism.start(context).next(octets("bob@example.org")))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void aFingerprintThatIsNoneOrTwiceThereIsRefused() {
    assertThatThrownBy(() -> mechanism(Map.of("user", "abc=alice@example.org")))
        .isInstanceOf(InvalidSettingException.class);
    String one = "ab".repeat(32);
    assertThatThrownBy(() ->
            mechanism(Map.of("user", one + "=alice@example.org, " + one + "=bob@example.org")))
        .isInstanceOf(InvalidSettingException.class);
  }
}
