package org.mansio.mailets.antispam.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.testkit.FakeSmtpSession;

class ClientChecksTest {
  private static FakeSmtpSession from(String address) {
    return new FakeSmtpSession("1", address).mail("x@example.net");
  }

  @Test
  void turnsAwayWhoSpeaksBeforeTheGreeting() {
    SmtpHook hook = new TestHook(GreetPause.factory()).make();
    assertThat(told(hook.onConnect(from("192.0.2.1").spokeEarly())))
        .startsWith("end 554 5.5.1 You spoke before the greeting");
    assertThat(told(hook.onHelo(from("192.0.2.1").spokeEarly(), "x.example")))
        .startsWith("end 554 5.5.1");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
    assertThat(told(hook.onConnect(from("192.0.2.1").spokeEarly().inRelayNetwork())))
        .isEmpty();
  }

  @Test
  void aPauseIsShorterThanTheTimeoutOfHooks() {
    assertThatThrownBy(
            () -> new TestHook(GreetPause.factory()).set("pause", "30s").create())
        .hasMessageContaining("pause is more than 25s");
  }

  private static String helo(TestHook hook, String name) {
    return told(rcpt(hook.make(), from("192.0.2.1").helo(name), "a@example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mx.example.org", "MX.Example.Org.", "[192.0.2.25]", "192.0.2.25", "example.org"})
  void refusesAClientThatSaysItIsThisServer(String name) {
    TestHook hook = new TestHook(HeloCheck.factory());
    hook.services.directory.with("alice@example.org");
    assertThat(helo(hook, name)).startsWith("550 5.7.1 HELO name ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "192.0.2.1",
        "a..b.example",
        "-x.example",
        "[IPv6:zz]",
        "[192.0.2.300]"
      })
  void knowsWhatIsNoName(String name) {
    TestHook hook = new TestHook(HeloCheck.factory()).set("syntax", "reject");
    assertThat(helo(hook, name)).contains("isn't a host's name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mail.example.com", "my_host.example.com", "[192.0.2.1]", "xn--bcher-kva.example"})
  void hasNothingAgainstGoodNames(String name) {
    TestHook hook =
        new TestHook(HeloCheck.factory()).set("syntax", "reject").set("literalMismatch", "reject");
    assertThat(helo(hook, name)).isEmpty();
  }

  @Test
  void marksALiteralThatIsAnothersAddress() {
    SmtpHook hook = new TestHook(HeloCheck.factory()).make();
    FakeSmtpSession session = from("2001:db8::1").helo("[IPv6:2001:db8::2]");
    assertThat(told(rcpt(hook, session, "a@example.org"))).isEmpty();
    assertThat(session.annotations().text("mansio.hook.HeloCheck"))
        .contains("[ipv6:2001:db8::2] isn't the client's address");
    FakeSmtpSession same = from("2001:db8::1").helo("[IPv6:2001:db8::1]");
    rcpt(hook, same, "a@example.org");
    assertThat(same.annotations().values()).isEmpty();
  }

  @Test
  void refusesUnresolvableNamesOnlyWhenItIsSure() {
    TestHook hook = new TestHook(HeloCheck.factory()).set("unresolvable", "temporary");
    hook.services
        .dns
        .address("there.example", "192.0.2.9")
        .mx("mail.example", 10, "x.example")
        .broken("slow.example");
    assertThat(helo(hook, "nowhere.example")).startsWith("450 4.7.1");
    assertThat(helo(hook, "there.example")).isEmpty();
    assertThat(helo(hook, "mail.example")).isEmpty();
    assertThat(helo(hook, "slow.example")).isEmpty();
  }

  @Test
  void heloIsLookedAtAnewWhenItChanges() {
    SmtpHook hook = new TestHook(HeloCheck.factory()).set("stage", "helo").make();
    FakeSmtpSession session = new FakeSmtpSession("1", "192.0.2.1");
    assertThat(told(hook.onHelo(session, "mx.example.org"))).startsWith("550");
    assertThat(told(hook.onHelo(session, "good.example"))).isEmpty();
  }

  private static String reverse(TestHook hook) {
    return told(rcpt(hook.make(), from("192.0.2.1"), "a@example.org"));
  }

  @Test
  void findsAddressesWithoutNameAndNamesWithoutTheAddress() {
    TestHook hook = new TestHook(ReverseDnsCheck.factory())
        .set("noName", "reject")
        .set("unconfirmed", "temporary");
    assertThat(reverse(hook)).startsWith("550 5.7.25 Client address 192.0.2.1 has no name");
    hook.services.dns.name("192.0.2.1", "host.example");
    assertThat(reverse(hook)).startsWith("450 4.7.25");
    hook.services.dns.address("host.example", "192.0.2.9");
    assertThat(reverse(hook)).startsWith("450 4.7.25");
    hook.services.dns.address("host.example", "192.0.2.1");
    assertThat(reverse(hook)).isEmpty();
  }

  @Test
  void whatCantBeLookedUpIsNoFinding() {
    TestHook hook = new TestHook(ReverseDnsCheck.factory())
        .set("noName", "reject")
        .set("unconfirmed", "reject");
    hook.services.dns.broken("192.0.2.1");
    assertThat(reverse(hook)).isEmpty();
    hook.services.dns.mended("192.0.2.1").name("192.0.2.1", "host.example").broken("host.example");
    assertThat(reverse(hook)).isEmpty();
  }

  @Test
  void demandsTlsOfThosePeersOnly() throws Exception {
    SmtpHook hook = new TestHook(TlsRequirement.factory())
        .set("networks", "192.0.2.0/24")
        .set("senderDomains", "bank.example, .gov.example")
        .make();
    assertThat(told(hook.onMail(from("192.0.2.1")))).startsWith("530 5.7.10");
    assertThat(told(hook.onMail(from("192.0.2.1").tls("TLSv1.3 X")))).isEmpty();
    assertThat(told(hook.onMail(from("198.51.100.1").mail("x@bank.example")))).startsWith("530");
    assertThat(told(hook.onMail(from("198.51.100.1").mail("x@sub.bank.example"))))
        .isEmpty();
    assertThat(told(hook.onMail(from("198.51.100.1").mail("x@a.gov.example")))).startsWith("530");
    assertThat(told(hook.onMail(from("198.51.100.1").mail("")))).isEmpty();
    assertThatThrownBy(() -> new TestHook(TlsRequirement.factory()).create())
        .hasMessageContaining("needs networks or senderDomains");
  }
}
