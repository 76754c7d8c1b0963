package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtp.Client;

/** RFC 2645: each reply, and what passes behind the swap; the customer is played by hand. */
class AtrnTest {
  private final TestServer provider = new TestServer();

  @BeforeEach
  void start() {
    provider.services.directory.with("shop@isp.example", "firm@isp.example");
    provider
        .set(
            "customer",
            "user:shop@isp.example shop.example second.example",
            "user:firm@isp.example firm.example",
            "address:127.0.0.1 byaddress.example")
        .listen("odmr", "auth", "always");
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private Client customer() throws IOException {
    Client client = provider.client("odmr");
    assertThat(client.ask("AUTH PLAIN " + EtrnTest.plain("shop@isp.example", "pohs")))
        .startsWith("235 ");
    return client;
  }

  /** Plays the server behind the swap, for one mail; @return RCPT as it came. */
  private static String takeMail(Client client) throws IOException {
    assertThat(client.line()).startsWith("MAIL FROM:<sender@example.com>");
    String rcpt = client.send("250 ok\r\n").line();
    client.send("250 ok\r\n");
    assertThat(client.line()).isEqualTo("DATA");
    client.send("354 go\r\n");
    String line = client.line();
    while (!line.equals(".")) {
      line = client.line();
    }
    client.send("250 taken\r\n");
    return rcpt;
  }

  private static void becomeServer(Client client) throws IOException {
    client.send("220 customer.example ESMTP\r\n");
    assertThat(client.line()).isEqualTo("EHLO mx.example.org");
    client.send("250-customer.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
  }

  @Test
  void demandsLoginFirst() throws IOException {
    try (Client client = provider.client("odmr")) {
      assertThat(client.ask("ATRN")).startsWith("530 5.7.0 ");
    }
  }

  @Test
  void takesNoMailOnItsListener() throws IOException {
    try (Client client = customer()) {
      assertThat(client.ask("MAIL FROM:<a@example.com>")).startsWith("502 5.5.1 ");
      assertThat(client.ask("RCPT TO:<a@shop.example>")).startsWith("502 5.5.1 ");
      assertThat(client.ask("DATA")).startsWith("502 5.5.1 ");
      assertThat(client.ask("VRFY shop")).startsWith("502 5.5.1 ");
      assertThat(client.ask("RSET")).startsWith("250 ");
      assertThat(client.ask("NOOP")).startsWith("250 ");
      assertThat(client.ask("HELP")).contains("ATRN");
      assertThat(client.ask("QUIT")).startsWith("221 ");
    }
  }

  @Test
  void saysThatThereIsNoMail() throws IOException {
    provider.waiting("a@firm.example");
    try (Client client = customer()) {
      assertThat(client.ask("ATRN")).isEqualTo("453 4.0.0 You have no mail");
      assertThat(client.ask("ATRN shop.example,second.example")).startsWith("453 ");
    }
  }

  @Test
  void refusesAListWithADomainOfSomebodyElse() throws IOException {
    provider.waiting("a@shop.example", "a@firm.example", "a@byaddress.example");
    try (Client client = customer()) {
      assertThat(client.ask("ATRN shop.example,firm.example"))
          .isEqualTo("450 4.7.1 ATRN request refused");
      assertThat(client.ask("ATRN byaddress.example")).startsWith("450 4.7.1 ");
      assertThat(client.ask("ATRN shop..example")).startsWith("501 5.5.4 ");
      assertThat(client.ask("ATRN shop.example,")).startsWith("501 5.5.4 ");
    }
  }

  @Test
  void handsOverTheMailOfTheCustomersDomainsAndNoOther() throws IOException {
    provider.waiting("a@shop.example", "x@firm.example", "b@second.example");
    try (Client client = customer()) {
      assertThat(client.ask("ATRN")).isEqualTo("250 2.0.0 OK now reversing the connection");
      becomeServer(client);
      assertThat(takeMail(client)).startsWith("RCPT TO:<a@shop.example>");
      assertThat(takeMail(client)).startsWith("RCPT TO:<b@second.example>");
      assertThat(client.line()).isEqualTo("QUIT");
      client.send("221 bye\r\n");
      assertThat(client.line()).isNull();
    }
    await().untilAsserted(() -> assertThat(provider.resting()).containsExactly("x@firm.example"));
    await()
        .untilAsserted(() -> assertThat(provider.bean().getDomains())
            .filteredOn(view -> view.domain().equals("shop.example"))
            .singleElement()
            .satisfies(view -> assertThat(view.lastResult()).endsWith("2 offered, 0 left")));
  }

  /** RFC 5321 §4.1.1.10. */
  @Test
  void waitsForTheAnswerToItsQuit() throws IOException {
    provider.waiting("a@shop.example");
    try (Client client = customer();
        Client second = customer()) {
      client.ask("ATRN");
      becomeServer(client);
      takeMail(client);
      assertThat(client.line()).isEqualTo("QUIT");
      provider.waiting("b@shop.example");
      assertThat(second.ask("ATRN")).as("the first is not at its end").startsWith("451 ");

      client.send("221 bye\r\n");
      assertThat(client.line()).isNull();
      await().untilAsserted(() -> assertThat(second.ask("ATRN")).startsWith("250 "));
    }
  }

  @Test
  void handsOverJustTheDomainsThatAreListed() throws IOException {
    provider.waiting("a@shop.example", "b@second.example");
    try (Client client = customer()) {
      assertThat(client.ask("atrn Second.example")).startsWith("250 ");
      becomeServer(client);
      assertThat(takeMail(client)).startsWith("RCPT TO:<b@second.example>");
      assertThat(client.line()).isEqualTo("QUIT");
    }
    await().untilAsserted(() -> assertThat(provider.resting()).containsExactly("a@shop.example"));
  }

  @Test
  void neitherStartsTlsNorLogsInBehindTheSwap() throws IOException {
    provider.waiting("a@shop.example");
    try (Client client = customer()) {
      client.ask("ATRN");
      // It offers both.
      becomeServer(client);
      assertThat(client.line()).startsWith("MAIL ");
    }
  }

  @Test
  void keepsWhatTheCustomerDoesNotTake() throws IOException {
    provider.waiting("a@shop.example", "b@shop.example");
    try (Client client = customer()) {
      client.ask("ATRN");
      becomeServer(client);
      client.line();
      client.send("250 ok\r\n").line();
      client.send("450 4.2.0 not now\r\n");
      assertThat(client.line()).isEqualTo("RSET");
      client.send("250 ok\r\n");
      assertThat(takeMail(client)).startsWith("RCPT TO:<b@shop.example>");
      assertThat(client.line()).isEqualTo("QUIT");
    }
    await().untilAsserted(() -> assertThat(provider.resting()).containsExactly("a@shop.example"));
  }

  @Test
  void keepsEverythingWhenTheCustomerLeavesInTheMiddle() throws IOException {
    provider.waiting("a@shop.example", "b@shop.example");
    try (Client client = customer()) {
      client.ask("ATRN");
      becomeServer(client);
      client.line();
    }
    await()
        .untilAsserted(() -> assertThat(provider.bean().getDomains())
            .filteredOn(view -> view.domain().equals("shop.example"))
            .singleElement()
            .satisfies(view -> assertThat(view.lastResult()).endsWith("1 offered, 2 left")));
    assertThat(provider.resting()).containsExactlyInAnyOrder("a@shop.example", "b@shop.example");
  }

  @Test
  void keepsEverythingWhenTheCustomerDoesNotBecomeAServer() throws IOException {
    provider.waiting("a@shop.example");
    try (Client client = customer()) {
      client.ask("ATRN");
      client.send("554 changed my mind\r\n");
      assertThat(client.line()).isNull();
    }
    assertThat(provider.resting()).containsExactly("a@shop.example");
  }

  @Test
  void forgetsWhatStandsBehindAtrnAndCloses() throws IOException {
    provider.waiting("a@shop.example");
    try (Client client = customer()) {
      client.send("ATRN\r\n220 injected ESMTP\r\n250 ok\r\nATRN\r\n");
      assertThat(client.line()).startsWith("554 5.5.0 ");
      assertThat(client.line()).isNull();
    }
    assertThat(provider.resting()).containsExactly("a@shop.example");
    // Nothing is left laid hold of.
    try (Client client = customer()) {
      assertThat(client.ask("ATRN")).startsWith("250 ");
    }
  }

  @Test
  void letsOneSessionOnlyFetchADomain() throws IOException {
    provider.waiting("a@shop.example", "b@second.example");
    try (Client first = customer();
        Client second = customer()) {
      assertThat(first.ask("ATRN shop.example")).startsWith("250 ");
      assertThat(second.ask("ATRN")).isEqualTo("451 4.3.0 Unable to process ATRN request now");
      assertThat(second.ask("ATRN second.example")).startsWith("250 ");
    }
    // Both are gone: the domains are free again.
    await().untilAsserted(() -> {
      try (Client third = customer()) {
        assertThat(third.ask("ATRN")).startsWith("250 ");
      }
    });
  }

  @Test
  void keepsTlsAcrossTheSwap() throws IOException {
    provider.waiting("a@shop.example");
    try (Client client = provider.client("odmr")) {
      assertThat(client.ask("STARTTLS")).startsWith("220 ");
      client.startTls(provider.tls.client());
      client.ask("EHLO client.example");
      client.ask("AUTH PLAIN " + EtrnTest.plain("shop@isp.example", "pohs"));
      assertThat(client.ask("ATRN")).startsWith("250 ");
      becomeServer(client);
      assertThat(takeMail(client)).startsWith("RCPT TO:<a@shop.example>");
      assertThat(client.line()).isEqualTo("QUIT");
    }
    await().untilAsserted(() -> assertThat(provider.resting()).isEmpty());
  }

  @Test
  void needsALoginOnItsListener() {
    assertThatThrownBy(() -> new TestServer().listen("odmr", "auth", "off"))
        .hasMessageContaining("odmr needs auth");
  }
}
