package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtpclient.TestAuthority;

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
    server = new PolicyServer(authority, "localhost");
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
  void aNameThatNoWebServerCanHaveIsAFailure() {
    try (StsFetcher fetcher = new StsFetcher()) {
      assertThatThrownBy(() -> fetcher.fetch("a_b.example"))
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.kind()).isEqualTo(StsException.Kind.FETCH_ERROR));
    }
  }
}
