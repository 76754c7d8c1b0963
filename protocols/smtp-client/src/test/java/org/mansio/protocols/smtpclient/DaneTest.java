package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mansio.spi.dns.TlsaRecord;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.testkit.FakeSmtpServer;

/** TLSA records against real handshakes (RFC 7672 §3), and what the observer hears. */
class DaneTest extends ClientTest {
  private static TestAuthority authority;
  private static TestAuthority.Server mx;

  private final List<TlsOutcome> outcomes = new ArrayList<>();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new TestAuthority();
    mx = authority.server("mx.example.org");
  }

  private void serve(SSLContext context) {
    serve(FakeSmtpServer.smtp(context).offering("STARTTLS"));
  }

  private Object deliver(TlsMode mode, Verification verification) throws Exception {
    return client
        .send(
            Peer.of("mx.example.org", server.address(), server.port()),
            smtp.withTls(mode, verification),
            toBob(),
            content(MESSAGE),
            (peer, outcome) -> outcomes.add(outcome))
        .get(BOB);
  }

  private Object deliver(TlsaRecord... records) throws Exception {
    return deliver(
        TlsMode.REQUIRED,
        new Verification.ByTlsa(Set.of(records), "mx.example.org", Set.of("mx.example.org")));
  }

  private static TlsaRecord record(int usage, int selector, int matching, byte[] whole)
      throws Exception {
    return new TlsaRecord(
        usage,
        selector,
        matching,
        switch (matching) {
          case 1 -> MessageDigest.getInstance("SHA-256").digest(whole);
          case 2 -> MessageDigest.getInstance("SHA-512").digest(whole);
          default -> whole;
        });
  }

  private TlsOutcome.Kind problem() {
    return ((TlsOutcome.Problem) outcomes.getLast()).kind();
  }

  @Test
  void theServersOwnKeyOrCertificateMatchesInEachForm() throws Exception {
    serve(mx.context());
    byte[] key = mx.certificate().getPublicKey().getEncoded();
    byte[] whole = mx.certificate().getEncoded();
    for (int matching = 0; matching <= 2; matching++) {
      assertThat(deliver(record(3, 1, matching, key))).isInstanceOf(Delivered.class);
      assertThat(deliver(record(3, 0, matching, whole))).isInstanceOf(Delivered.class);
    }
    assertThat(outcomes).hasSize(6).allMatch(TlsOutcome.Protected.class::isInstance);
  }

  @Test
  void neitherNameNorDatesCountForTheServersOwnKey() throws Exception {
    TestAuthority.Server old = authority.server(Duration.ofHours(-1), "other.example.org");
    serve(old.context());

    assertThat(deliver(record(3, 1, 1, old.certificate().getPublicKey().getEncoded())))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void anotherKeyGetsNoMailAndIsDeferred() throws Exception {
    serve(mx.context());

    assertThatThrownBy(() -> deliver(record(3, 1, 1, new byte[] {1})))
        .isInstanceOfSatisfying(
            ConnectFailure.class, failure -> assertThat(failure.permanent()).isFalse());
    assertThat(server.taken()).isEmpty();
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.VALIDATION_FAILURE);
  }

  @Test
  void aTrustAnchorVouchesForTheServer() throws Exception {
    serve(mx.context());
    byte[] whole = authority.certificate().getEncoded();
    byte[] key = authority.certificate().getPublicKey().getEncoded();

    assertThat(deliver(record(2, 0, 1, whole))).isInstanceOf(Delivered.class);
    assertThat(deliver(record(2, 1, 2, key))).isInstanceOf(Delivered.class);
  }

  @Test
  void aTrustAnchorThatStandsInTheRecordNeedNotBeSent() throws Exception {
    serve(mx.contextWithoutAuthority());

    assertThat(deliver(record(2, 0, 0, authority.certificate().getEncoded())))
        .isInstanceOf(Delivered.class);
    assertThat(deliver(record(2, 1, 0, authority.certificate().getPublicKey().getEncoded())))
        .isInstanceOf(Delivered.class);
    assertThatThrownBy(() -> deliver(record(2, 0, 1, authority.certificate().getEncoded())))
        .isInstanceOf(ConnectFailure.class);
  }

  @Test
  void belowATrustAnchorTheNameCounts() throws Exception {
    serve(authority.server("other.example.org").context());

    assertThatThrownBy(() -> deliver(record(2, 0, 1, authority.certificate().getEncoded())))
        .isInstanceOf(ConnectFailure.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH);
  }

  @Test
  void belowATrustAnchorTheDatesCount() throws Exception {
    serve(authority.server(Duration.ofHours(-1), "mx.example.org").context());

    assertThatThrownBy(() -> deliver(record(2, 0, 1, authority.certificate().getEncoded())))
        .isInstanceOf(ConnectFailure.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void aTrustAnchorThatDidNotSignTheServerVouchesForNothing() throws Exception {
    TestAuthority other = new TestAuthority();
    serve(mx.context());

    assertThatThrownBy(() -> deliver(record(2, 0, 0, other.certificate().getEncoded())))
        .isInstanceOf(ConnectFailure.class);
  }

  @Test
  void oneMatchingRecordOfSeveralIsEnough() throws Exception {
    serve(mx.context());

    assertThat(deliver(
            record(3, 1, 1, new byte[] {1}),
            record(3, 1, 1, mx.certificate().getPublicKey().getEncoded())))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void withoutStartTlsNoMailGoes() {
    serve(FakeSmtpServer.smtp().offering("8BITMIME"));

    assertThatThrownBy(() -> deliver(record(3, 1, 1, new byte[] {1})))
        .isInstanceOf(ConnectFailure.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.STARTTLS_NOT_SUPPORTED);
  }

  @Test
  void aFailureThatIsOnlyToBeReportedDoesNotKeepTheMail() throws Exception {
    serve(mx.context());

    assertThat(deliver(TlsMode.OPPORTUNISTIC, new Verification.ByName(Set.of(), false)))
        .isInstanceOf(Delivered.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.CERTIFICATE_NOT_TRUSTED);
    assertThat(server.dialogues()).hasSize(1);
  }

  @Test
  void namesOfTheOperatorsChoiceCountInPlaceOfTheHosts() throws Exception {
    client.close();
    client = new SmtpClient(ClientTls.trusting(authority.trust()), PoolLimits.STANDARD);
    serve(mx.context());

    assertThat(deliver(TlsMode.REQUIRED, new Verification.ByName(Set.of(".example.org"), true)))
        .isInstanceOf(Delivered.class);
    assertThatThrownBy(
            () -> deliver(TlsMode.REQUIRED, new Verification.ByName(Set.of("bank.example"), true)))
        .isInstanceOf(ConnectFailure.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH);
  }

  @Test
  void anExpiredCertificateAndAWrongNameAreToldApart() throws Exception {
    client.close();
    client = new SmtpClient(ClientTls.trusting(authority.trust()), PoolLimits.STANDARD);
    serve(authority.server(Duration.ofHours(-1), "mx.example.org").context());
    assertThatThrownBy(() -> deliver(TlsMode.REQUIRED, Verification.ofPeer()))
        .isInstanceOf(ConnectFailure.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.CERTIFICATE_EXPIRED);

    serve(authority.server("other.example.org").context());
    assertThatThrownBy(() -> deliver(TlsMode.REQUIRED, Verification.ofPeer()))
        .isInstanceOf(ConnectFailure.class);
    assertThat(problem()).isEqualTo(TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH);
  }

  @Test
  void whatIsNotForSmtpOrCannotBeReadIsUnusable() throws Exception {
    assertThat(TlsaRecords.usable(List.of(
            record(0, 0, 1, new byte[] {1}),
            record(1, 1, 1, new byte[] {1}),
            new TlsaRecord(3, 2, 1, new byte[32]),
            new TlsaRecord(3, 1, 3, new byte[32]),
            new TlsaRecord(3, 1, 1, new byte[31]),
            new TlsaRecord(2, 0, 0, new byte[] {1, 2, 3}))))
        .isEmpty();
  }

  @Test
  void ofDigestsTheStrongestCounts() throws Exception {
    TlsaRecord sha256 = record(3, 1, 1, new byte[] {1});
    TlsaRecord sha512 = record(3, 1, 2, new byte[] {1});
    TlsaRecord otherSelector = record(3, 0, 1, new byte[] {1});

    assertThat(TlsaRecords.usable(List.of(sha256, sha512, otherSelector)))
        .containsExactlyInAnyOrder(sha512, otherSelector);
  }
}
