package org.mansio.server.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.Environment;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.dns.TlsaRecord;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** DNSSEC: validated here by a trust anchor of the test's own, or by the AD bit. */
class ValidationTest {
  private static final String TLSA = "_25._tcp.mx.signed.test";

  @TempDir
  private Path conf;

  private final DnsTestServer server = DnsTestServer.start();
  private SignedZone zone;

  @BeforeEach
  void sign() throws Exception {
    zone = new SignedZone("signed.test.")
        .add("signed.test.", "MX", "10 mx.signed.test.")
        .add("mx.signed.test.", "A", "192.0.2.1")
        .add("www.signed.test.", "CNAME", "mx.signed.test.")
        .add("out.signed.test.", "CNAME", "host.unsigned.test.")
        .add(TLSA + ".", "TLSA", "3 1 1 " + "AB".repeat(32));
    Files.writeString(conf.resolve("anchors"), zone.anchor() + "\n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DnsResolver resolver(String... settings) throws InvalidSettingException {
    Map<String, String> texts = new HashMap<>(
        Map.of("servers", server.address(), "timeout", "5s", "tries", "1", "hostsFile", "false"));
    for (int i = 0; i < settings.length; i += 2) {
      texts.put(settings[i], settings[i + 1]);
    }
    DnsJavaResolverFactory factory = new DnsJavaResolverFactory();
    return factory.create(
        Settings.ofTexts(factory.settings(), texts),
        new Environment(
            "mail.example.org", MailAddress.of("postmaster@example.org"), conf, Path.of("data")));
  }

  private DnsResolver validating() throws InvalidSettingException {
    return resolver("validate", "true", "trustAnchors", "anchors");
  }

  @Test
  void whatASignatureProvesIsAuthentic() throws Exception {
    server.add(zone.signed());
    DnsResolver dns = validating();

    assertThat(dns.mx("signed.test"))
        .isEqualTo(new DnsAnswer.Found<>(List.of(new MxRecord(10, "mx.signed.test")), true));
    assertThat(dns.addresses("mx.signed.test"))
        .isInstanceOfSatisfying(
            DnsAnswer.Found.class, found -> assertThat(found.authentic()).isTrue());
    byte[] digest = new byte[32];
    java.util.Arrays.fill(digest, (byte) 0xAB);
    assertThat(dns.tlsa(TLSA))
        .isEqualTo(new DnsAnswer.Found<>(List.of(new TlsaRecord(3, 1, 1, digest)), true));
  }

  @Test
  void thatThereIsNoneIsProvenToo() throws Exception {
    server.add(zone.signed());

    assertThat(validating().mx("mx.signed.test")).isEqualTo(new DnsAnswer.NoData<>(true));
  }

  @Test
  void anAliasIsOneStepAndItsTargetOutsideOfTheZoneNotAuthentic() throws Exception {
    server.add(zone.signed()).host("host.unsigned.test", "192.0.2.2");
    DnsResolver dns = validating();

    assertThat(dns.alias("www.signed.test"))
        .isEqualTo(new DnsAnswer.Found<>(List.of("mx.signed.test"), true));
    assertThat(dns.alias("mx.signed.test")).isInstanceOf(DnsAnswer.NoData.class);
    assertThat(dns.addresses("out.signed.test"))
        .isInstanceOfSatisfying(
            DnsAnswer.Found.class, found -> assertThat(found.authentic()).isFalse());
  }

  @Test
  void aForgedAnswerIsUnknownAndNeverNone() throws Exception {
    List<Record> forged = new ArrayList<>();
    for (Record record : zone.signed()) {
      boolean exchanger = record.getType() == Type.MX;
      forged.add(
          exchanger
              ? Record.fromString(
                  record.getName(),
                  Type.MX,
                  record.getDClass(),
                  record.getTTL(),
                  "10 mx.attacker.test.",
                  record.getName())
              : record);
    }
    server.add(forged);

    assertThat(validating().mx("signed.test")).isInstanceOf(DnsAnswer.Unknown.class);
  }

  @Test
  void recordsWithoutTheirSignaturesAreUnknown() throws Exception {
    server.add(
        zone.signed().stream().filter(record -> record.getType() != Type.RRSIG).toList());

    assertThat(validating().tlsa(TLSA)).isInstanceOf(DnsAnswer.Unknown.class);
  }

  @Test
  void anUnsignedZoneStaysUsableButNotAuthentic() throws Exception {
    server.mx("unsigned.test", 10, "mx.unsigned.test");
    server.setAuthentic(true);

    assertThat(validating().mx("unsigned.test"))
        .isEqualTo(new DnsAnswer.Found<>(List.of(new MxRecord(10, "mx.unsigned.test")), false));
  }

  @Test
  void theAdBitOfATrustedServerCountsForTlsaToo() throws Exception {
    server.add(TLSA, "TLSA", "3 1 1 " + "AB".repeat(32));
    server.setAuthentic(true);

    assertThat(resolver("trustAd", "true").tlsa(TLSA))
        .isInstanceOfSatisfying(
            DnsAnswer.Found.class, found -> assertThat(found.authentic()).isTrue());
    assertThat(resolver().tlsa(TLSA))
        .isInstanceOfSatisfying(
            DnsAnswer.Found.class, found -> assertThat(found.authentic()).isFalse());
  }

  @Test
  void theRootsKeysAreThereWithoutAFile() throws Exception {
    assertThat(resolver("validate", "true")).isNotNull();
  }

  @Test
  void aWrongTrustAnchorStopsTheStart() throws Exception {
    Files.writeString(conf.resolve("empty"), "; nothing\n");

    assertThatThrownBy(() -> resolver("validate", "true", "trustAnchors", "missing"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> resolver("validate", "true", "trustAnchors", "empty"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("no DS or DNSKEY");
    assertThatThrownBy(() -> resolver("trustAnchors", "anchors"))
        .hasMessageContaining("needs validate");
    assertThatThrownBy(() -> resolver("validate", "true", "ednsPayload", "0"))
        .hasMessageContaining("ednsPayload");
  }
}
