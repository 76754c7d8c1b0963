package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtp.Client;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.testkit.FakeSmtpSession;

/** RFC 821 §3.8, for those who are known for sure. */
class TurnTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isNotThereByDefault() throws IOException {
    server
        .set("customer", "address:127.0.0.1 shop.example")
        .listen("smtp")
        .waiting("a@shop.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("EHLO client.example")).doesNotContain("TURN");
      assertThat(client.ask("TURN")).startsWith("502 5.5.1 ");
    }
  }

  @Test
  void isRefusedToWhoIsKnownByItsAddressAlone() throws IOException {
    server
        .set("turn", "smtp")
        .set("customer", "address:127.0.0.1 shop.example")
        .listen("smtp")
        .waiting("a@shop.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("TURN")).startsWith("530 5.7.0 ");
      assertThat(client.ask("TURN around")).startsWith("501 5.5.4 ");
    }
  }

  @Test
  void handsOverTheMailOfWhoLoggedIn() throws IOException {
    server.services.directory.with("shop@isp.example", "nobody@isp.example");
    server
        .set("turn", "smtp")
        .set("customer", "user:shop@isp.example shop.example")
        .listen("smtp", "auth", "always");
    try (Client stranger = server.client("smtp")) {
      stranger.ask("AUTH PLAIN " + EtrnTest.plain("nobody@isp.example", "ydobon"));
      assertThat(stranger.ask("TURN")).startsWith("502 5.7.1 ");
    }
    try (Client client = server.client("smtp")) {
      client.ask("AUTH PLAIN " + EtrnTest.plain("shop@isp.example", "pohs"));
      assertThat(client.ask("TURN")).startsWith("502 5.5.1 No mail");
      server.waiting("a@shop.example");
      assertThat(client.ask("TURN")).startsWith("250 2.0.0 ");
      client.send("220 customer.example\r\n");
      assertThat(client.line()).isEqualTo("EHLO mx.example.org");
    }
  }

  @Test
  void knowsAClientByItsCertificate() throws Exception {
    Customers customers =
        new Customers(List.of(Customer.parse("certificate:MX.example.org shop.example")));
    server.waiting("a@shop.example");
    TurnVerb turn =
        new TurnVerb(customers, new Handover(server.services, new Requests(Clock.systemUTC())));
    X509Certificate shown = server.tls.certificate();
    FakeSmtpSession session = new FakeSmtpSession("s", "192.0.2.1").certificate(shown);
    SmtpReply reply = turn.handle(session, "");
    assertThat(reply.code()).isEqualTo(250);
    turn.notTurned(session);
    assertThat(turn.handle(session, "").code()).isEqualTo(250);
    assertThat(turn.handle(new FakeSmtpSession("t", "192.0.2.1"), "").code()).isEqualTo(530);
  }
}
