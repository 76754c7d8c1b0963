package org.mansio.mailets.antispam.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import org.junit.jupiter.api.Test;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.testkit.FakeSmtpSession;

class SenderDomainCheckTest {
  private final TestHook hook = new TestHook(SenderDomainCheck.factory());

  private String from(String sender) {
    return told(
        rcpt(hook.make(), new FakeSmtpSession("1", "192.0.2.1").mail(sender), "a@example.org"));
  }

  @Test
  void refusesADomainThatDoesntExist() {
    assertThat(from("x@nowhere.example"))
        .startsWith("550 5.1.8 Sender's domain nowhere.example has neither mail host nor address");
    hook.services.dns.txt("only.example", "text");
    assertThat(from("x@only.example")).startsWith("550 5.1.8");
  }

  @Test
  void refusesADomainThatTakesNoMail() {
    hook.services.dns.mx("null.example", 0, "");
    assertThat(from("x@null.example")).startsWith("550 5.7.27");
  }

  @Test
  void takesDomainsWithAnMxOrAnAddress() {
    hook.services
        .dns
        .mx("mx.example", 10, "host.example")
        .txt("a.example", "x")
        .address("a.example", "192.0.2.9");
    assertThat(from("x@mx.example")).isEmpty();
    assertThat(from("x@a.example")).isEmpty();
  }

  @Test
  void alwaysTakesTheNullSenderLiteralsAndLocalDomains() {
    hook.services.directory.with("alice@example.org");
    assertThat(from("")).isEmpty();
    assertThat(from("x@[192.0.2.1]")).isEmpty();
    assertThat(from("alice@example.org")).isEmpty();
  }

  @Test
  void aServerFailureIsNoFindingUnlessSetSo() {
    hook.services.dns.broken("slow.example");
    assertThat(from("x@slow.example")).isEmpty();
    hook.set("unknown", "temporary");
    assertThat(from("x@slow.example")).startsWith("450 4.4.3");
  }
}
