package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.sts.PolicyServer;
import org.mansio.mailets.delivery.sts.StsPolicies;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.RecordedResults;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.ClientTls;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.dns.TlsaRecord;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpServer;
import org.mansio.spi.trace.TraceEvent;

/** Which policy holds for which host, end to end: name service, web server, handshake, trace and reports. */
class TlsPolicyTest {
  private static final Recipient BOB = Recipient.of("bob@example.com");
  private static final String MX = "mx.example.com";
  private static final byte[] OTHER = {1};

  private static TestAuthority authority;
  private static TestAuthority.Server trusted;
  private static TestAuthority.Server stranger;

  @TempDir
  private Path folder;

  private final FakeServices services = new FakeServices();
  private final RecordedResults results = new RecordedResults();
  private final List<AutoCloseable> open = new ArrayList<>();
  private FakeSmtpServer server;
  private PolicyServer web;
  private OutboundTls tls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new TestAuthority();
    trusted = authority.server(MX);
    stranger = new TestAuthority().server("mx.other.example");
  }

  @BeforeEach
  void start() throws Exception {
    web = new PolicyServer(authority, PolicyServer.OTHER_HOST);
    open.add(web);
    StsPolicies policies = web.policies(services.dns, folder, InstantSource.system());
    open.add(policies);
    tls = new OutboundTls(policies);
    results.attachTo(tls.results());
    services.dns.mx("example.com", 10, MX).address(MX, "127.0.0.1");
    serve(stranger);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private void serve(TestAuthority.Server certificate) throws Exception {
    server = FakeSmtpServer.smtp(certificate.context()).offering("STARTTLS", "REQUIRETLS");
    open.add(server);
  }

  private void serveWithoutTls() {
    server = FakeSmtpServer.smtp().offering("8BITMIME");
    open.add(server);
  }

  private RecipientResult deliver(String policies, Envelope envelope) throws Exception {
    TlsSettings settings = TlsSettings.of(Settings.ofTexts(
        SettingSchema.of(TlsSettings.DANE, TlsSettings.MTA_STS, TlsSettings.POLICY),
        policies.isEmpty() ? Map.of() : Map.of("tlsPolicy", policies)));
    HostTransport transport = new HostTransport(
        new HostTransportOptions(
            "remote",
            ClientOptions.smtp("mx.example.org"),
            server.port(),
            HostTransportOptions.BY_MX,
            TransportMap.none(),
            SourcePools.none(),
            1,
            100,
            settings),
        services,
        tls,
        new DeadHosts(),
        ClientTls.trusting(authority.trust()));
    open.addFirst(transport);
    SpooledMail mail = SpooledMail.arriving(
        envelope, Content.of("Subject: x\r\n\r\nx\r\n".getBytes()), Origin.local());
    return transport
        .deliver(new Delivery(mail, new Route("remote", "example.com", "bounces"), 1))
        .results()
        .get(BOB);
  }

  private RecipientResult deliver() throws Exception {
    return deliver("", toBob());
  }

  private static Envelope toBob() {
    return Envelope.of("alice@example.org", BOB.address().toString());
  }

  private static Envelope demanding() {
    return toBob().withParameter(Envelope.REQUIRE_TLS, "");
  }

  private void secureZone() {
    services.dns.authentic("example.com").authentic(MX);
  }

  private void tlsa(int usage, byte[] key) throws Exception {
    String name = "_" + server.port() + "._tcp." + MX;
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
    services.dns.tlsa(name, new TlsaRecord(usage, 1, 1, digest)).authentic(name);
  }

  private static byte[] key(TestAuthority.Server server) {
    return server.certificate().getPublicKey().getEncoded();
  }

  private void sts(String mode, String mx) {
    web.policy(mode, mx, 86_400);
    services.dns.txt("_mta-sts.example.com", "v=STSv1; id=1;");
  }

  private String trace() {
    return services.trace.events().stream()
        .filter(event -> event.kind() == TraceEvent.Kind.NOTE)
        .map(TraceEvent::text)
        .reduce("", (all, text) -> all + text + "\n");
  }

  @Test
  void withoutAnyPolicyTlsIsTakenAsItIs() throws Exception {
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("TLS where it is offered; TLSv1.3").contains("not verified");
    assertThat(results.successes()).containsExactly(ReportedPolicy.none("example.com"));
  }

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
  void mtaStsDoesNotRescueAFailingDane() throws Exception {
    serve(trusted);
    secureZone();
    tlsa(3, OTHER);
    sts("enforce", MX);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
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
  void mtaStsEnforcedDemandsAValidCertificate() throws Exception {
    sts("enforce", MX);
    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.CERTIFICATE_NOT_TRUSTED);

    serve(trusted);
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("MTA-STS policy of example.com, mode enforce");
    assertThat(results.successes())
        .singleElement()
        .extracting(ReportedPolicy::mxHosts)
        .isEqualTo(List.of(MX));
  }

  @Test
  void mtaStsEnforcedPassesOverAHostThatItDoesNotName() throws Exception {
    serve(trusted);
    sts("enforce", "*.other.example");

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.dialogues()).isEmpty();
    assertThat(trace()).contains("doesn't name " + MX);
  }

  @Test
  void mtaStsInTestingReportsAndDelivers() throws Exception {
    sts("testing", MX);

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.CERTIFICATE_NOT_TRUSTED);
  }

  @Test
  void mtaStsModeNoneIsNoPolicy() throws Exception {
    serveWithoutTls();
    sts("none", MX);

    assertThat(deliver()).isInstanceOf(Delivered.class);
  }

  @Test
  void aPolicyThatCannotBeFetchedIsReportedAndKeepsNoMail() throws Exception {
    services.dns.txt("_mta-sts.example.com", "v=STSv1; id=1;");
    web.says(404, "text/plain", "");

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.STS_POLICY_FETCH_ERROR);
  }

  @Test
  void daneGoesBeforeMtaSts() throws Exception {
    secureZone();
    tlsa(3, key(stranger));
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver()).isInstanceOf(Delivered.class);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com none, Delivered, no TLS",
    "example.com opportunistic, Delivered, not verified",
    "* encrypt, Delivered, not verified",
    "example.com dane, Deferred, not used",
    "example.com verify, Deferred, verify",
    "example.com verify mx.other.example, Deferred, verify",
    "example.com secure, Deferred, secure"
  })
  void theOperatorsWordGoesBeforeAllElse(String policy, String result, String noted)
      throws Exception {
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver(policy, toBob()).getClass().getSimpleName()).isEqualTo(result);
    assertThat(trace()).contains("tlsPolicy " + policy.split(" ")[0]).contains(noted);
    assertThat(web.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "example.com verify, Delivered",
    "example.com verify other.example, Deferred",
    "example.com secure, Delivered",
    "example.com secure .example.com, Delivered",
    "example.com secure .other.example, Deferred"
  })
  void namesOfACertificateAreThoseOfTheLevelOrTheOperators(String policy, String result)
      throws Exception {
    serve(trusted);

    assertThat(deliver(policy, toBob()).getClass().getSimpleName()).isEqualTo(result);
  }

  @Test
  void requireTlsIsContentWithDane() throws Exception {
    secureZone();
    tlsa(3, key(stranger));

    assertThat(deliver("", demanding())).isInstanceOf(Delivered.class);
    assertThat(server.taken())
        .singleElement()
        .satisfies(mail -> assertThat(mail.mail()).contains("REQUIRETLS"));
  }

  @Test
  void requireTlsIsContentWithAHostThatMtaStsNames() throws Exception {
    serve(trusted);
    sts("testing", MX);

    assertThat(deliver("", demanding())).isInstanceOf(Delivered.class);
  }

  @Test
  void requireTlsFailsWhereNothingProvesTheHostsName() throws Exception {
    serve(trusted);

    assertThat(deliver("", demanding()))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status().toString()).isEqualTo("5.7.10"));
    assertThat(server.dialogues()).isEmpty();
  }

  @Test
  void requireTlsStillDemandsAValidCertificateInTesting() throws Exception {
    sts("testing", MX);

    assertThat(deliver("", demanding())).isInstanceOf(Failed.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void aMailThatToleratesNoTlsPassesPoliciesOver() throws Exception {
    serveWithoutTls();
    secureZone();
    tlsa(3, OTHER);
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver("", toBob().withParameter(Envelope.TLS_NOT_REQUIRED, "")))
        .isInstanceOf(Delivered.class);
    assertThat(trace()).contains("TLS-Required: No");
    assertThat(Optional.of(web.requests())).contains(0);
  }

  @Test
  void whereTlsIsSwitchedOffNothingIsLookedUp() throws Exception {
    sts("enforce", "mx.elsewhere.example");
    HostTransport transport = new HostTransport(
        new HostTransportOptions(
            "plain",
            ClientOptions.smtp("mx.example.org").withTls(TlsMode.NONE, false),
            server.port(),
            HostTransportOptions.BY_MX,
            TransportMap.none(),
            SourcePools.none(),
            1,
            100,
            new TlsSettings(true, true, List.of())),
        services,
        tls,
        new DeadHosts());
    open.addFirst(transport);
    SpooledMail mail = SpooledMail.arriving(
        toBob(), Content.of("Subject: x\r\n\r\nx\r\n".getBytes()), Origin.local());

    assertThat(transport
            .deliver(new Delivery(mail, new Route("plain", "example.com", "bounces"), 1))
            .results()
            .get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.commands()).doesNotContain("STARTTLS");
  }
}
