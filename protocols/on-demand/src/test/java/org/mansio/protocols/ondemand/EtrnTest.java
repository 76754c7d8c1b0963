package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtp.Client;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpVerb;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpSession;

/** RFC 1985: each form and each reply, and who may ask. */
class EtrnTest {
  private final TestServer server =
      new TestServer().set("customer", "address:127.0.0.1 shop.example @firm.example");

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isOfferedWhereMailIsTakenAndNotOnTheOnDemandListener() throws IOException {
    server.listen("smtp").listen("odmr").listen("lmtp");
    try (Client smtp = server.client("smtp");
        Client odmr = server.client("odmr")) {
      assertThat(smtp.ask("EHLO client.example")).contains(" ETRN").doesNotContain("ATRN");
      assertThat(odmr.ask("EHLO client.example"))
          .contains("ATRN")
          .doesNotContain("ETRN", "SIZE", "CHUNKING");
    }
  }

  @Test
  void tellsHowMuchOfOneDomainStarts() throws IOException {
    server.listen("smtp").waiting("a@shop.example", "b@shop.example", "c@other.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN shop.example"))
          .isEqualTo("253 2.0.0 OK, 2 pending messages for node shop.example started");
      assertThat(client.ask("ETRN SHOP.example")).startsWith("253 ");
    }
  }

  @Test
  void tellsThatNothingWaits() throws IOException {
    server.listen("smtp");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN shop.example"))
          .isEqualTo("251 2.0.0 OK, no messages waiting for node shop.example");
    }
  }

  @Test
  void startsSubdomainsTogetherWhereTheyAreGranted() throws IOException {
    server.listen("smtp").waiting("a@firm.example", "b@north.firm.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN @firm.example"))
          .isEqualTo("252 2.0.0 OK, pending messages for node @firm.example started");
      assertThat(client.ask("ETRN north.firm.example")).startsWith("253 2.0.0 OK, 1 pending");
      assertThat(client.ask("ETRN @shop.example")).startsWith("459 4.7.1 ");
      assertThat(client.ask("ETRN sub.shop.example")).startsWith("459 4.7.1 ");
    }
  }

  @Test
  void startsTheDomainsOfANamedQueue() throws IOException {
    server
        .set("queue", "All shop.example firm.example", "mixed shop.example other.example")
        .listen("smtp")
        .waiting("a@shop.example", "a@firm.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN #all")).startsWith("252 2.0.0 OK, pending messages");
      assertThat(client.ask("ETRN #mixed")).startsWith("459 4.7.1 ");
      assertThat(client.ask("ETRN #nosuch")).startsWith("459 4.7.1 ");
    }
  }

  @Test
  void saysOnlyThatItStartedWhereCountsAreNobodysBusiness() throws IOException {
    server.set("reportCounts", "false").listen("smtp");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN shop.example"))
          .isEqualTo("250 2.0.0 OK, queuing for node shop.example started");
    }
  }

  @Test
  void refusesWhatIsNotTheClients() throws IOException {
    server.listen("smtp").waiting("c@other.example");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("ETRN other.example"))
          .startsWith("459 4.7.1 Node other.example not allowed");
    }
  }

  @Test
  void refusesEverybodyByDefault() throws IOException {
    try (TestServer bare = new TestServer().listen("smtp");
        Client client = bare.client("smtp")) {
      assertThat(client.ask("ETRN shop.example")).startsWith("459 4.7.1 ");
    }
  }

  @Test
  void demandsWellFormedArgumentsEhloAndNoTransaction() throws IOException {
    server.listen("smtp");
    try (Client client = new Client(server.address("smtp"))) {
      client.reply();
      assertThat(client.ask("ETRN shop.example")).startsWith("503 5.5.1 ");
      client.ask("EHLO client.example");
      assertThat(client.ask("ETRN")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ETRN @")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ETRN shop..example")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ETRN shop.example again")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ETRN [127.0.0.1]")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ETRN " + "x".repeat(600))).startsWith("500 5.5.2 ");
      client.ask("MAIL FROM:<a@example.com>");
      assertThat(client.ask("ETRN shop.example")).startsWith("503 5.5.1 ");
    }
  }

  @Test
  void isUnknownWhereItIsNotOffered() throws IOException {
    server.set("etrn", "submission").listen("smtp");
    try (Client client = server.client("smtp")) {
      assertThat(client.ask("EHLO client.example")).doesNotContain("ETRN");
      assertThat(client.ask("ETRN shop.example")).startsWith("502 5.5.1 ");
    }
  }

  @Test
  void answers458WhenTheQueueCannot() throws Exception {
    // A session whose queue fails: services without one.
    OnDemandRelay relay = new OnDemandRelay(Clock.systemUTC());
    relay.setCustomers(new Customers(List.of(Customer.parse("address:192.0.2.1 shop.example"))));
    FakeServices broken = new FakeServices();
    SmtpVerb etrn = new EtrnVerb(new BrokenQueue(broken), relay, List.of(), true);
    SmtpReply reply = etrn.handle(new FakeSmtpSession("s", "192.0.2.1"), "shop.example");
    assertThat(reply.toString()).startsWith("458 4.3.0 Unable to queue messages for node");
  }

  @Test
  void knowsAClientByItsLogin() throws IOException {
    server.services.directory.with("shop@isp.example");
    server
        .set("customer", "user:shop@isp.example shop.example")
        .listen("submission", "auth", "always")
        .waiting("a@shop.example");
    try (Client client = server.client("submission")) {
      assertThat(client.ask("ETRN shop.example")).startsWith("459 ");
      assertThat(client.ask("AUTH PLAIN " + plain("shop@isp.example", "pohs"))).startsWith("235 ");
      assertThat(client.ask("ETRN shop.example")).startsWith("253 2.0.0 OK, 1 ");
    }
  }

  static String plain(String user, String password) {
    return Base64.getEncoder()
        .encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesMailForCustomersFromAnybodyAndForNobodyElse() throws IOException {
    server.listen("smtp");
    try (Client client = server.client("smtp")) {
      client.ask("MAIL FROM:<a@example.com>");
      assertThat(client.ask("RCPT TO:<b@shop.example>")).startsWith("250 ");
      assertThat(client.ask("RCPT TO:<b@north.firm.example>")).startsWith("250 ");
      assertThat(client.ask("RCPT TO:<b@sub.shop.example>")).startsWith("550 5.7.1 ");
      assertThat(client.ask("RCPT TO:<b@other.example>")).startsWith("550 5.7.1 ");
    }
  }

  @Test
  void takesNoMailForCustomersWhereThatIsSwitchedOff() throws IOException {
    server.set("acceptMail", "false").listen("smtp");
    try (Client client = server.client("smtp")) {
      client.ask("MAIL FROM:<a@example.com>");
      assertThat(client.ask("RCPT TO:<b@shop.example>")).startsWith("550 5.7.1 ");
    }
  }

  @Test
  void remembersTheLastRequestForTheOperator() throws IOException {
    server.listen("smtp").waiting("a@shop.example");
    try (Client client = server.client("smtp")) {
      client.ask("ETRN shop.example");
    }
    assertThat(server.bean().getDomains())
        .filteredOn(view -> view.domain().equals("shop.example"))
        .singleElement()
        .satisfies(view -> {
          assertThat(view.waiting()).isEqualTo(1);
          assertThat(view.oldestArrival()).isNotNull();
          assertThat(view.lastVerb()).isEqualTo("ETRN");
          assertThat(view.lastResult()).endsWith("1 started");
        });
    assertThat(server.bean().getCustomers())
        .singleElement()
        .satisfies(
            view -> assertThat(view.domains()).containsExactly("shop.example", "@firm.example"));
    assertThat(server.bean().start("@firm.example")).isZero();
  }
}
