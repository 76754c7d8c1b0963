package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.spi.testkit.MapDns;

/** Against a web server (RFC 8461 §3.3). */
class StsFetcherTest {
  private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx\nmax_age: 60\n";

  private static TestAuthority authority;
  private PolicyServer server;

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = new TestAuthority();
  }

  @BeforeEach
  void start() throws Exception {
    server = new PolicyServer(authority, PolicyServer.HOST);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertFails(StsException.Kind kind) {
    try (StsFetcher fetcher = server.fetcher()) {
      assertThatThrownBy(() -> fetcher.fetch("example.org"))
          .isInstanceOfSatisfying(StsException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
  }

  @Test
  void fetchesAPolicy() throws Exception {
    server.says(200, "text/plain; charset=utf-8", POLICY);
    try (StsFetcher fetcher = server.fetcher()) {
      assertThat(fetcher.fetch("example.org").mx()).containsExactly("mx");
    }
  }

  @Test
  void theHostIsLookedUpByTheServersOwnNameServiceAndNamedToTheWebServer() throws Exception {
    MapDns dns = new MapDns().address("mta-sts.else.example", "127.0.0.1");
    server.close();
    server = new PolicyServer(authority, "mta-sts.else.example").says(200, "text/plain", POLICY);

    try (StsFetcher fetcher = server.fetcher(dns)) {
      assertThat(fetcher.fetch("else.example").mx()).containsExactly("mx");
      assertThat(server.askedFor()).containsExactly("mta-sts.else.example");
      assertThatThrownBy(() -> fetcher.fetch("nowhere.example"))
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.kind()).isEqualTo(StsException.Kind.FETCH_ERROR))
          .hasMessageContaining("mta-sts.nowhere.example has no address");
    }
    dns.broken("mta-sts.else.example");
    try (StsFetcher fetcher = server.fetcher(dns)) {
      assertThatThrownBy(() -> fetcher.fetch("else.example"))
          .isInstanceOf(StsException.class)
          .hasMessageContaining("can't be looked up");
    }
  }

  @Test
  void anInternationalNameIsThatOfIdna2008() throws Exception {
    // By IDNA2003 it would be strasse.example: another domain's policy (RFC 5894 §7.2).
    String host = "mta-sts.xn--strae-oqa.example";
    server.close();
    server = new PolicyServer(authority, host).says(200, "text/plain", POLICY);

    try (StsFetcher fetcher = server.fetcher(new MapDns().address(host, "127.0.0.1"))) {
      assertThat(fetcher.fetch("straße.example").mx()).containsExactly("mx");
      assertThat(server.askedFor()).containsExactly(host);
    }
  }

  @Test
  void aNameForTheAddressAloneIsNotEnough() throws Exception {
    server.close();
    server = new PolicyServer(authority, "localhost").says(200, "text/plain", POLICY);
    assertFails(StsException.Kind.WEBPKI_INVALID);
  }

  @Test
  void aServerOfAnUnknownAuthorityIsRefused() throws Exception {
    server.close();
    server = new PolicyServer(new TestAuthority(), PolicyServer.HOST).trustedBy(authority);
    assertFails(StsException.Kind.WEBPKI_INVALID);
  }

  @Test
  void aPolicyMayComeInChunks() throws Exception {
    server.says(200, "text/plain", POLICY).inChunks();
    try (StsFetcher fetcher = server.fetcher()) {
      assertThat(fetcher.fetch("example.org").mx()).containsExactly("mx");
    }
  }

  @Test
  void moreThan64KibibytesInChunksAreNotRead() {
    server.says(200, "text/plain", POLICY + "x: y\n".repeat(20_000)).inChunks();
    assertFails(StsException.Kind.FETCH_ERROR);
  }

  @Test
  void aRedirectionIsAFailureAndNotFollowed() {
    server.says(301, "text/plain", POLICY);
    assertFails(StsException.Kind.FETCH_ERROR);
    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void anotherStatusIsAFailure() {
    server.says(404, "text/plain", POLICY);
    assertFails(StsException.Kind.FETCH_ERROR);
  }

  @Test
  void aPageOfTheSiteIsNoPolicy() {
    server.says(200, "text/html", POLICY);
    assertFails(StsException.Kind.INVALID);
  }

  @Test
  void moreThan64KibibytesAreNotRead() {
    server.says(200, "text/plain", POLICY + "x: y\n".repeat(20_000));
    assertFails(StsException.Kind.FETCH_ERROR);
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    server.close();
    server = new PolicyServer(authority, "other.example");
    server.says(200, "text/plain", POLICY);
    assertFails(StsException.Kind.WEBPKI_INVALID);
  }

  @Test
  @Timeout(60)
  void aWebServerThatSaysNothingIsLeft() throws Exception {
    MapDns dns = new MapDns().address(PolicyServer.HOST, "127.0.0.1");
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        StsFetcher fetcher = new StsFetcher(
            new HttpsGet(dns, SSLContext.getDefault(), silent.getLocalPort()),
            Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> fetcher.fetch("example.org"))
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.kind()).isEqualTo(StsException.Kind.FETCH_ERROR));
      try (Socket left = silent.accept()) {
        left.setSoTimeout(20_000);
        // Its own words, and then the end of the connection.
        assertThat(left.getInputStream().readAllBytes()).isNotEmpty();
      }
    }
  }

  @Test
  void aNameThatNoWebServerCanHaveIsAFailure() {
    try (StsFetcher fetcher =
        server.fetcher(new MapDns().address("mta-sts.a_b.example", "127.0.0.1"))) {
      assertThatThrownBy(() -> fetcher.fetch("a_b.example"))
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.kind()).isEqualTo(StsException.Kind.FETCH_ERROR));
    }
  }
}
