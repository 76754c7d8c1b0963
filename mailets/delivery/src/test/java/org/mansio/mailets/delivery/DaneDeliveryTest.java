package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.spi.dns.TlsaRecord;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;

/** When TLSA records hold for a host, and what for (RFC 7672). */
class DaneDeliveryTest extends TlsDeliveryTest {
  @Test
  void daneTakesAMatchingKeyWhoeverSignedIt() throws Exception {
    secureZone();
    tlsa(3, key(stranger));

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("DANE, 1 TLSA records of " + MX).contains(", verified");
    assertThat(results.successes())
        .singleElement()
        .extracting(ReportedPolicy::type)
        .isEqualTo(ReportedPolicy.Type.TLSA);
  }

  @Test
  void daneDefersWhereNoKeyMatches() throws Exception {
    secureZone();
    tlsa(3, OTHER);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
    assertThat(results.failures()).containsExactly(FailureDetail.Type.VALIDATION_FAILURE);
  }

  @Test
  void daneIsNotDowngradedByAHostWithoutStartTls() throws Exception {
    serveWithoutTls();
    secureZone();
    tlsa(3, OTHER);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.STARTTLS_NOT_SUPPORTED);
  }

  @Test
  void aTlsaAnswerThatIsBogusDefers() throws Exception {
    secureZone();
    services.dns.broken("_" + server.port() + "._tcp." + MX);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.dialogues()).isEmpty();
    assertThat(trace()).contains("not used").contains("can't be had");
    assertThat(results.failures()).containsExactly(FailureDetail.Type.DNSSEC_INVALID);
  }

  @Test
  void anAliasThatIsHeldBackHidesNoRecords() throws Exception {
    secureZone();
    services.dns.brokenAlias(MX);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.dialogues()).isEmpty();
    assertThat(results.failures()).containsExactly(FailureDetail.Type.DNSSEC_INVALID);
  }

  @Test
  void theNextHostIsTriedWhereOneFailsDane() throws Exception {
    secureZone();
    tlsa(3, OTHER);
    services.dns.mx("example.com", 20, "mx2.example.com").address("mx2.example.com", "127.0.0.1");

    assertThat(deliver()).isInstanceOf(Delivered.class);
  }

  @Test
  void recordsBelowInsecureMxOrAddressesOrOfAnInsecureZoneSayNothing() throws Exception {
    tlsa(3, OTHER);
    services.dns.authentic(MX);
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).doesNotContain("DANE");
  }

  @Test
  void recordsOfAHostWithInsecureAddressesSayNothing() throws Exception {
    tlsa(3, OTHER);
    services.dns.authentic("example.com");
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).doesNotContain("DANE");
  }

  @Test
  void aSecureAliasIntoAnInsecureZoneKeepsTheRecordsOfItsOwnName() throws Exception {
    services.dns.mx("alias.example", 10, "in.alias.example");
    services.dns.alias("in.alias.example", "out.example").address("out.example", "127.0.0.1");
    services.dns.authentic("alias.example").authentic("in.alias.example");
    String name = "_" + server.port() + "._tcp.in.alias.example";
    services.dns.tlsa(name, new TlsaRecord(3, 1, 1, new byte[32])).authentic(name);

    Recipient there = Recipient.of("bob@alias.example");
    assertThat(deliver("", Envelope.of("a@example.org", there.address().toString())))
        .isNull();
    assertThat(server.taken()).isEmpty();
    assertThat(trace()).contains("DANE, 1 TLSA records of in.alias.example");
  }

  @Test
  void unusableRecordsDemandTlsAndNothingMore() throws Exception {
    secureZone();
    tlsa(1, OTHER);
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("DANE without a usable record");
    assertThat(results.failures()).containsExactly(FailureDetail.Type.TLSA_INVALID);
    assertThat(results.successes()).isEmpty();

    int port = server.port();
    serveWithoutTls();
    services.dns.tlsa("_" + server.port() + "._tcp." + MX, new TlsaRecord(1, 1, 1, new byte[32]));
    services.dns.authentic("_" + server.port() + "._tcp." + MX);
    assertThat(port).isNotEqualTo(server.port());
    assertThat(deliver()).isInstanceOf(Deferred.class);
  }

  @Test
  void aHostThatIsNotAskedIsNotReported() throws Exception {
    secureZone();
    tlsa(3, key(stranger));
    services.dns.mx("example.com", 20, "mx2.example.com").address("mx2.example.com", "127.0.0.2");
    services.dns.authentic("mx2.example.com");
    services.dns.broken("_" + server.port() + "._tcp.mx2.example.com");

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(results.failures()).isEmpty();
  }

  @Test
  void daneIsForDomainsWithoutMxTooWhereThatIsProven() throws Exception {
    services.dns.address("own.example", "127.0.0.1").authentic("own.example");
    String name = "_" + server.port() + "._tcp.own.example";
    services.dns.tlsa(name, new TlsaRecord(3, 1, 1, new byte[32])).authentic(name);

    deliver("", Envelope.of("a@example.org", "bob@own.example"));
    assertThat(server.taken()).isEmpty();
    assertThat(trace()).contains("DANE, 1 TLSA records of own.example");
  }

  @Test
  void daneGoesBeforeMtaSts() throws Exception {
    secureZone();
    tlsa(3, key(stranger));
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver()).isInstanceOf(Delivered.class);
  }
}
