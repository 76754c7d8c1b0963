package org.mansio.mailets.delivery;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.sts.PolicyServer;
import org.mansio.mailets.delivery.sts.StsPolicies;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.mailets.delivery.tlsreport.RecordedResults;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.ClientTls;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.spi.dns.TlsaRecord;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpServer;
import org.mansio.spi.trace.TraceEvent;

/** Deliveries to {@code example.com} under policies about TLS: name service, web server, handshake, trace and reports. */
abstract class TlsDeliveryTest {
  static final Recipient BOB = Recipient.of("bob@example.com");
  static final String MX = "mx.example.com";
  static final byte[] OTHER = {1};

  private static TestAuthority authority;
  static TestAuthority.Server trusted;
  static TestAuthority.Server stranger;

  @TempDir
  Path folder;

  final FakeServices services = new FakeServices();
  final RecordedResults results = new RecordedResults();
  final List<AutoCloseable> open = new ArrayList<>();
  FakeSmtpServer server;
  PolicyServer web;
  OutboundTls tls;

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

  void serve(TestAuthority.Server certificate) throws Exception {
    server = FakeSmtpServer.smtp(certificate.context()).offering("STARTTLS", "REQUIRETLS");
    open.add(server);
  }

  void serveWithoutTls() {
    server = FakeSmtpServer.smtp().offering("8BITMIME");
    open.add(server);
  }

  RecipientResult deliver(String policies, Envelope envelope) throws Exception {
    return deliver(policies, envelope, ClientOptions.smtp("mx.example.org"));
  }

  RecipientResult deliver(String policies, Envelope envelope, ClientOptions client)
      throws Exception {
    TlsSettings settings = TlsSettings.of(Settings.ofTexts(
        SettingSchema.of(TlsSettings.DANE, TlsSettings.MTA_STS, TlsSettings.POLICY),
        policies.isEmpty() ? Map.of() : Map.of("tlsPolicy", policies)));
    HostTransport transport = new HostTransport(
        new HostTransportOptions(
            "remote",
            client,
            server.port(),
            client.tls(),
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

  RecipientResult deliver() throws Exception {
    return deliver("", toBob());
  }

  static Envelope toBob() {
    return Envelope.of("alice@example.org", BOB.address().toString());
  }

  static Envelope demanding() {
    return toBob().withParameter(Envelope.REQUIRE_TLS, "");
  }

  void secureZone() {
    services.dns.authentic("example.com").authentic(MX);
  }

  void tlsa(int usage, byte[] key) throws Exception {
    String name = "_" + server.port() + "._tcp." + MX;
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
    services.dns.tlsa(name, new TlsaRecord(usage, 1, 1, digest)).authentic(name);
  }

  static byte[] key(TestAuthority.Server server) {
    return server.certificate().getPublicKey().getEncoded();
  }

  void sts(String mode, String mx) {
    web.policy(mode, mx, 86_400);
    services.dns.txt("_mta-sts.example.com", "v=STSv1; id=1;");
  }

  String trace() {
    return services.trace.events().stream()
        .filter(event -> event.kind() == TraceEvent.Kind.NOTE)
        .map(TraceEvent::text)
        .reduce("", (all, text) -> all + text + "\n");
  }
}
