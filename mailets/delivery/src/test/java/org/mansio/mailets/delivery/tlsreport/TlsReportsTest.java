package org.mansio.mailets.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.delivery.sts.StsPolicy;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MapDns;
import org.mansio.spi.testkit.MemoryQueue;

/** From results to reports (RFC 8460), by a clock of the test's own. */
class TlsReportsTest {
  private static final Duration SPREAD = Duration.ofHours(4);
  private static final ReportIdentity IDENTITY = new ReportIdentity(
      MailAddress.of("tls@example.org"),
      "The \"Example\" Organization",
      "mailto:tls@example.org",
      "mx.example.org");

  @TempDir
  private Path folder;

  private final MapDns dns =
      new MapDns().txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:rpt%2Bx@example.com");
  private final MemoryQueue queue = new MemoryQueue();
  private final SwitchableResults source = new SwitchableResults();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private ReportSender sender = new ReportSender(() -> queue, address -> true);
  private TlsReports reports;
  private @Nullable RuntimeException failure;

  @BeforeEach
  void start() throws Exception {
    restart();
  }

  private void restart() throws Exception {
    if (reports != null) {
      reports.stop(Duration.ofSeconds(5));
    }
    reports = new TlsReports(
        "test",
        IDENTITY,
        SPREAD,
        source,
        new DailyResults(folder, () -> now),
        new ReportAddresses(this::resolver),
        sender,
        () -> now);
    reports.start();
  }

  @org.junit.jupiter.api.AfterEach
  void stop() throws Exception {
    reports.stop(Duration.ofSeconds(5));
  }

  private DnsResolver resolver() {
    if (failure != null) {
      throw failure;
    }
    return dns;
  }

  private void note(String domain) throws Exception {
    StsPolicy policy =
        StsPolicy.parse("version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 60\n");
    source.success(ReportedPolicy.sts(domain, policy));
    source.success(ReportedPolicy.sts(domain, policy));
    source.failure(
        ReportedPolicy.sts(domain, policy),
        new FailureDetail(
            FailureDetail.Type.CERTIFICATE_EXPIRED, "mx.example.com", "192.0.2.1", "it's \"old\""));
    source.success(ReportedPolicy.none(domain));
  }

  private void dayAfter() {
    now = Instant.parse("2026-03-02T00:00:00Z").plus(SPREAD);
  }

  private static String text(SpooledMail mail) throws Exception {
    return new String(mail.content().open().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String report(String message) throws Exception {
    String encoded = message.substring(message.indexOf("json.gz\"\r\n\r\n") + 12);
    byte[] zipped =
        Base64.getMimeDecoder().decode(encoded.substring(0, encoded.indexOf("\r\n--=_")));
    return unzipped(zipped);
  }

  private static String unzipped(byte[] zipped) throws Exception {
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mailto", "mailto:", "https", ":", "https:", "mailto:%zz", "mailto:a@b@c"})
  void anAddressThatIsNoneIsPassedOver(String address) throws Exception {
    dns.txt("_smtp._tls.example.net", "v=TLSRPTv1; rua=" + address + ",mailto:tls@example.net");
    note("example.net");
    dayAfter();
    reports.tick();

    assertThat(queue.mails())
        .singleElement()
        .satisfies(mail -> assertThat(mail.envelope().recipients())
            .containsExactly(new Recipient(
                MailAddress.of("tls@example.net"),
                Set.of(Recipient.Notify.NEVER),
                Optional.empty(),
                Optional.empty())));
  }

  @Test
  void anUnexpectedFailureEndsNothing() throws Exception {
    note("example.com");
    dayAfter();
    failure = new IllegalStateException("a fault in the resolver");
    reports.tick();
    assertThat(queue.mails()).isEmpty();
    failure = null;
    reports.tick();
    assertThat(queue.mails()).hasSize(1);
  }

  @Test
  void aDomainThatAsksGetsOneReportAboutADay() throws Exception {
    note("example.com");
    reports.tick();
    assertThat(queue.mails()).isEmpty();
    dayAfter();
    reports.tick();
    reports.tick();

    SpooledMail mail = queue.mails().getFirst();
    assertThat(queue.mails()).hasSize(1);
    assertThat(mail.envelope().sender()).contains(IDENTITY.sender());
    assertThat(mail.envelope().toleratesNoTls()).isTrue();
    assertThat(mail.envelope().recipients()).singleElement().satisfies(recipient -> {
      assertThat(recipient.address().toString()).isEqualTo("rpt+x@example.com");
      assertThat(recipient.notifyOn()).isEqualTo(Set.of(Recipient.Notify.NEVER));
    });
    assertThat(text(mail))
        .contains("\r\nTLS-Report-Domain: example.com\r\n")
        .contains("\r\nTLS-Report-Submitter: mx.example.org\r\n")
        .contains("\r\nTLS-Required: No\r\n")
        .contains("multipart/report; report-type=\"tlsrpt\"")
        .contains("application/tlsrpt+gzip")
        .contains("filename=\"mx.example.org!example.com!1772323200!1772409599.json.gz\"")
        .doesNotContainPattern("(?<!\r)\n");
  }

  @Test
  void theReportSaysWhatHappened() throws Exception {
    note("example.com");
    dayAfter();
    reports.tick();

    assertThat(report(text(queue.mails().getFirst())))
        .isEqualTo("{\"organization-name\":\"The \\\"Example\\\" Organization\","
            + "\"date-range\":{\"start-datetime\":\"2026-03-01T00:00:00Z\","
            + "\"end-datetime\":\"2026-03-01T23:59:59Z\"},"
            + "\"contact-info\":\"mailto:tls@example.org\","
            + "\"report-id\":\"2026-03-01.example.com@mx.example.org\","
            + "\"policies\":[{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":"
            + "[\"version: STSv1\",\"mode: testing\",\"mx: mx.example.com\",\"max_age: 60\"],"
            + "\"policy-domain\":\"example.com\",\"mx-host\":[\"mx.example.com\"]},"
            + "\"summary\":{\"total-successful-session-count\":2,"
            + "\"total-failure-session-count\":1},"
            + "\"failure-details\":[{\"result-type\":\"certificate-expired\","
            + "\"receiving-mx-hostname\":\"mx.example.com\",\"receiving-ip\":\"192.0.2.1\","
            + "\"failed-session-count\":1,\"failure-reason-code\":\"it's \\\"old\\\"\"}]},"
            + "{\"policy\":{\"policy-type\":\"no-policy-found\","
            + "\"policy-domain\":\"example.com\"},\"summary\":"
            + "{\"total-successful-session-count\":1,\"total-failure-session-count\":0}}]}");
  }

  @Test
  void countsSurviveARestart() throws Exception {
    note("example.com");
    restart();
    note("example.com");
    restart();
    dayAfter();
    reports.tick();

    assertThat(report(text(queue.mails().getFirst())))
        .contains("\"total-successful-session-count\":4,\"total-failure-session-count\":2")
        .contains("\"failed-session-count\":2,\"failure-reason-code\":\"it's \\\"old\\\"\"");
  }

  @Test
  void aReportIsNotSentAgainAfterARestart() throws Exception {
    note("example.com");
    dayAfter();
    reports.tick();
    restart();
    reports.tick();

    assertThat(queue.mails()).hasSize(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDomainThatDoesNotAskGetsNone() throws Exception {
    note("silent.example");
    reports.tick();
    note("silent.example");
    dayAfter();
    reports.tick();

    assertThat(queue.mails()).isEmpty();
  }

  @Test
  void whatCannotBeSentIsTriedAgainLater() throws Exception {
    note("example.com");
    queue.refuse(Optional.of(QueueException.Reason.UNAVAILABLE));
    dayAfter();
    reports.tick();
    queue.refuse(Optional.empty());
    reports.tick();
    assertThat(queue.mails()).isEmpty();

    now = now.plus(Duration.ofHours(1));
    reports.tick();
    assertThat(queue.mails()).hasSize(1);
  }

  @Test
  void whatCannotBeSentForADayIsGivenUp() throws Exception {
    note("example.com");
    queue.refuse(Optional.of(QueueException.Reason.UNAVAILABLE));
    dayAfter();
    now = now.plus(Duration.ofHours(25));
    reports.tick();
    queue.refuse(Optional.empty());
    now = now.plus(Duration.ofHours(1));
    reports.tick();

    assertThat(queue.mails()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void reportsGoOverHttpsToo() throws Exception {
    TestAuthority authority = new TestAuthority();
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, authority.trust().getTrustManagers(), null);
    List<byte[]> posts = new CopyOnWriteArrayList<>();
    HttpsServer web =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setHttpsConfigurator(new HttpsConfigurator(authority.server("localhost").context()));
    web.createContext("/report", exchange -> {
      posts.add(exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(
          "application/tlsrpt+gzip".equals(exchange.getRequestHeaders().getFirst("Content-Type"))
              ? 201
              : 400,
          -1);
      exchange.close();
    });
    web.start();
    try {
      sender = new ReportSender(
          () -> queue, () -> HttpClient.newBuilder().sslContext(trusting), address -> true);
      restart();
      dns.txt(
          "_smtp._tls.post.example",
          "v=TLSRPTv1;rua=https://localhost:" + web.getAddress().getPort() + "/report");
      note("post.example");
      dayAfter();
      reports.tick();
      reports.tick();

      assertThat(posts).hasSize(1);
      assertThat(unzipped(posts.getFirst())).contains("\"policy-domain\":\"post.example\"");
    } finally {
      web.stop(0);
    }
  }

  @Test
  void noReportIsPostedToAHostThatOnlyThisServerReaches() throws Exception {
    try (ServerSocket inner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      sender = new ReportSender(() -> queue, address -> !address.isLoopbackAddress());
      restart();
      dns.txt(
          "_smtp._tls.post.example",
          "v=TLSRPTv1;rua=https://localhost:" + inner.getLocalPort() + "/admin");
      note("post.example");
      dayAfter();
      reports.tick();

      assertThat(folder).isEmptyDirectory();
      inner.setSoTimeout(1);
      assertThatThrownBy(inner::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void onlyAddressesThatCanBeUnderstoodCountAndNotTooMany() {
    MapDns records = new MapDns()
        .txt(
            "_smtp._tls.a.example",
            "v=TLSRPTv1;rua=ftp://x, mailto:broken, https:///, mailto:a@b.example")
        .txt("_smtp._tls.two.example", "v=TLSRPTv1;rua=mailto:a@b.example")
        .txt("_smtp._tls.two.example", "v=TLSRPTv1;rua=mailto:c@b.example")
        .txt("_smtp._tls.many.example", "v=TLSRPTv1;rua=" + "mailto:a@b.example,".repeat(20))
        .broken("_smtp._tls.broken.example");
    ReportAddresses addresses = new ReportAddresses(() -> records);

    assertThat(addresses.of("a.example"))
        .isEqualTo(new ReportAddresses.Answer.Known(
            List.of(new ReportAddresses.Target.Mail(MailAddress.of("a@b.example")))));
    assertThat(addresses.of("two.example")).isEqualTo(new ReportAddresses.Answer.Known(List.of()));
    assertThat(addresses.of("many.example"))
        .isInstanceOfSatisfying(
            ReportAddresses.Answer.Known.class,
            known -> assertThat(known.targets()).hasSize(ReportAddresses.MAX_ADDRESSES));
    assertThat(addresses.of("broken.example")).isInstanceOf(ReportAddresses.Answer.Unknown.class);
  }

  @Test
  void memoryIsBoundedByPoliciesAndDetails() {
    DailyResults results = new DailyResults(folder, () -> now);
    for (int i = 0; i < DailyResults.MAX_POLICIES + 10; i++) {
      results.success(ReportedPolicy.none("d" + i + ".example"));
    }
    for (int i = 0; i < Tally.MAX_DETAILS + 10; i++) {
      results.failure(
          ReportedPolicy.none("d0.example"),
          FailureDetail.of(FailureDetail.Type.VALIDATION_FAILURE, "reason " + i));
    }
    now = now.plus(Duration.ofDays(1));

    var byDomain = results.of(results.finished().getFirst());
    assertThat(byDomain).hasSize(DailyResults.MAX_POLICIES);
    assertThat(byDomain.get("d0.example").values()).singleElement().satisfies(tally -> {
      assertThat(tally.details()).hasSize(Tally.MAX_DETAILS);
      assertThat(tally.failures()).isEqualTo(Tally.MAX_DETAILS + 10);
    });
  }
}
