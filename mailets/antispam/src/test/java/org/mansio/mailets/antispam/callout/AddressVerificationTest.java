package org.mansio.mailets.antispam.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpProbe.Answer;
import org.mansio.spi.smtp.SmtpProbe.Question;
import org.mansio.spi.testkit.FakeSmtpSession;
import org.mansio.spi.testkit.SettableClock;

class AddressVerificationTest {
  private final SettableClock clock = new SettableClock();
  private final TestHook hook = new TestHook(AddressVerification.factory(clock));
  private final List<Question> asked = new ArrayList<>();

  @BeforeEach
  void aHostThatKnowsSome() {
    hook.services.setProbe(question -> {
      asked.add(question);
      return switch (question.recipient().localPart().toLowerCase(java.util.Locale.ROOT)) {
        case "known" -> new Answer.Taken();
        case "away" -> new Answer.Unknown("no connection");
        default -> new Answer.Refused("mx said: 550 5.1.1 no such user");
      };
    });
  }

  private static String to(SmtpHook made, String recipient) {
    return to(made, "x@sender.example", recipient);
  }

  private static String to(SmtpHook made, String sender, String recipient) {
    return told(rcpt(made, new FakeSmtpSession("1", "192.0.2.1").mail(sender), recipient));
  }

  @Test
  void refusesWhatTheNextHostDoesntKnow() throws Exception {
    hook.services.directory.with("alice@example.org");
    SmtpHook made = hook.set("host", "inner.example:2525").make();
    assertThat(to(made, "known@example.org")).isEmpty();
    assertThat(to(made, "nobody@example.org"))
        .startsWith("550 5.1.1 Recipient nobody@example.org doesn't exist: mx said: 550 5.1.1");
    assertThat(to(made, "away@example.org")).isEmpty();
    assertThat(to(made, "postmaster@example.org")).isEmpty();
    assertThat(asked).hasSize(3).allSatisfy(question -> {
      assertThat(question.host()).contains(parse("inner.example:2525"));
      assertThat(question.sender()).isEmpty();
      assertThat(question.privateHosts()).isFalse();
      assertThat(question.timeout()).isEqualTo(Duration.ofSeconds(20));
    });
  }

  private static HostPort parse(String text) {
    try {
      return HostPort.parse(text);
    } catch (org.mansio.spi.settings.InvalidSettingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void withoutAHostAsksForForeignDomainsOnly() {
    hook.services.directory.with("alice@example.org");
    SmtpHook made = hook.make();
    assertThat(to(made, "nobody@example.org")).isEmpty();
    assertThat(to(made, "nobody@far.example")).startsWith("550");
    assertThat(asked).hasSize(1).allMatch(question -> question.host().isEmpty());
  }

  @Test
  void asksForTheDomainsThatAreSetOnly() {
    SmtpHook made = hook.set("domains", "one.example, two.example").make();
    assertThat(to(made, "nobody@two.example")).startsWith("550");
    assertThat(to(made, "nobody@three.example")).isEmpty();
  }

  @Test
  void remembersAnswersForTheirTime() {
    SmtpHook made = hook.make();
    to(made, "known@far.example");
    to(made, "Known@far.example");
    to(made, "nobody@far.example");
    to(made, "away@far.example");
    assertThat(asked).hasSize(3);
    clock.advance(Duration.ofMinutes(6));
    to(made, "away@far.example");
    assertThat(asked).hasSize(4);
    clock.advance(Duration.ofHours(2));
    to(made, "nobody@far.example");
    to(made, "known@far.example");
    assertThat(asked).hasSize(5);
    clock.advance(Duration.ofDays(8));
    to(made, "known@far.example");
    assertThat(asked).hasSize(6);
  }

  @Test
  void doesntAskTooOften() {
    SmtpHook made = hook.set("perMinute", "2").set("unknown", "temporary").make();
    to(made, "a@far.example");
    to(made, "b@far.example");
    assertThat(to(made, "c@far.example")).startsWith("450 4.4.3").contains("too many questions");
    clock.advance(Duration.ofMinutes(3));
    assertThat(to(made, "c@far.example")).startsWith("550");
  }

  @Test
  void verifiesSendersWhereItIsSetButNeverTheNullOne() {
    SmtpHook made = hook.set("sender", "reject")
        .set("recipient", "off")
        .set("probeSender", "check@example.org")
        .make();
    assertThat(to(made, "forged@far.example", "a@example.org"))
        .startsWith("550 5.1.7 Sender forged@far.example doesn't exist");
    assertThat(to(made, "known@far.example", "a@example.org")).isEmpty();
    assertThat(to(made, "", "a@example.org")).isEmpty();
    assertThat(asked)
        .extracting(Question::sender)
        .containsOnly(Optional.of(org.mansio.spi.mail.MailAddress.of("check@example.org")));
  }

  @Test
  void exemptsWhoMayRelay() {
    assertThat(told(rcpt(
            hook.make(),
            new FakeSmtpSession("1", "192.0.2.1").mail("x@example.net").inRelayNetwork(),
            "nobody@far.example")))
        .isEmpty();
    assertThat(asked).isEmpty();
  }
}
