package org.mansio.mailets.antispam.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.testkit.FakeSmtpSession;
import org.mansio.spi.testkit.SettableClock;

class LimitsTest {
  private static final SmtpReply UNKNOWN = SmtpReply.of(550, "5.1.1", "No such mailbox here");
  private final SettableClock clock = new SettableClock();

  private static FakeSmtpSession from(String address) {
    return new FakeSmtpSession("1", address).mail("x@example.net");
  }

  private static String refused(SmtpHook hook, SmtpSession session, String recipient) {
    return told(hook.onRefusedRcpt(session, MailAddress.of(recipient), UNKNOWN));
  }

  @Test
  void answersMoreSlowlyWithEachErrorUpToAMaximum() {
    SmtpHook hook = new TestHook(Tarpit.factory()).make();
    assertThat(told(hook.onMail(from("192.0.2.1").errors(3)))).isEmpty();
    assertThat(refused(hook, from("192.0.2.1").errors(2), "a@example.org")).isEmpty();
    assertThat(refused(hook, from("192.0.2.1").errors(3), "a@example.org"))
        .isEqualTo("delay 2000 4 errors");
    assertThat(told(rcpt(hook, from("192.0.2.1").errors(5), "a@example.org")))
        .isEqualTo("delay 4000 5 errors");
    assertThat(told(hook.onHelo(from("192.0.2.1").errors(49), "x")))
        .isEqualTo("delay 20000 49 errors");
    assertThat(told(hook.onMail(from("192.0.2.1").errors(9).inRelayNetwork()))).isEmpty();
    assertThatThrownBy(
            () -> new TestHook(Tarpit.factory()).set("maxDelay", "2m").create())
        .hasMessageContaining("maxDelay is more than 1m");
  }

  @Test
  void limitsMailsAndRecipientsWithinASlidingTime() {
    SmtpHook hook = new TestHook(RateLimit.factory(clock))
        .set("mails", "10")
        .set("recipients", "2")
        .set("period", "1h")
        .make();
    for (int i = 0; i < 10; i++) {
      assertThat(told(hook.onMail(from("192.0.2.1")))).isEmpty();
    }
    assertThat(told(hook.onMail(from("192.0.2.1"))))
        .isEqualTo("450 4.7.1 You send too much, try again later"
            + " | too many mails from 192.0.2.1/32: 10");
    assertThat(told(hook.onMail(from("192.0.2.2")))).isEmpty();
    // Half of the last hour's ten still count.
    clock.advance(Duration.ofMinutes(90));
    for (int i = 0; i < 5; i++) {
      assertThat(told(hook.onMail(from("192.0.2.1")))).isEmpty();
    }
    assertThat(told(hook.onMail(from("192.0.2.1")))).startsWith("450");
    clock.advance(Duration.ofHours(2));
    assertThat(told(hook.onMail(from("192.0.2.1")))).isEmpty();
    rcpt(hook, from("192.0.2.1"), "a@example.org");
    rcpt(hook, from("192.0.2.1"), "b@example.org");
    assertThat(told(rcpt(hook, from("192.0.2.1"), "c@example.org"))).startsWith("450 4.7.1");
    assertThat(told(rcpt(hook, from("192.0.2.1").inRelayNetwork(), "c@example.org")))
        .isEmpty();
  }

  @Test
  void countsNetworksAsOneClient() {
    SmtpHook hook = new TestHook(RateLimit.factory(clock))
        .set("mails", "1")
        .set("ipv4Prefix", "24")
        .make();
    assertThat(told(hook.onMail(from("192.0.2.1")))).isEmpty();
    assertThat(told(hook.onMail(from("192.0.2.200")))).contains("192.0.2.0/24");
    assertThat(told(hook.onMail(from("2001:db8:0:1::1")))).isEmpty();
    assertThat(told(hook.onMail(from("2001:db8:0:1:ffff::2")))).startsWith("450");
    assertThat(told(hook.onMail(from("2001:db8:0:2::1")))).isEmpty();
  }

  @Test
  void limitsConnectionsAtOnceAndInTime() {
    SmtpHook hook = new TestHook(RateLimit.factory(clock))
        .set("connections", "4")
        .set("concurrentConnections", "2")
        .make();
    FakeSmtpSession one = new FakeSmtpSession("1", "192.0.2.1");
    FakeSmtpSession two = new FakeSmtpSession("2", "192.0.2.1");
    FakeSmtpSession three = new FakeSmtpSession("3", "192.0.2.1");
    assertThat(told(hook.onConnect(one))).isEmpty();
    assertThat(told(hook.onConnect(two))).isEmpty();
    assertThat(told(hook.onConnect(three))).startsWith("end 421 4.7.1").contains("at once");
    hook.onQuit(three);
    hook.onQuit(one);
    hook.onQuit(one);
    assertThat(told(hook.onConnect(new FakeSmtpSession("4", "192.0.2.1")))).isEmpty();
    hook.onQuit(two);
    assertThat(told(hook.onConnect(new FakeSmtpSession("5", "192.0.2.1"))))
        .contains("too many connections from 192.0.2.1/32: 4");
    assertThat(told(hook.onConnect(new FakeSmtpSession("6", "192.0.2.2")))).isEmpty();
  }

  @Test
  void turnsAwayWhoGuessesRecipients() {
    SmtpHook hook =
        new TestHook(RateLimit.factory(clock)).set("refusedRecipients", "2").make();
    assertThat(refused(hook, from("192.0.2.1"), "a@example.org")).isEmpty();
    assertThat(refused(hook, from("192.0.2.1"), "b@example.org")).isEmpty();
    assertThat(refused(hook, from("192.0.2.1"), "c@example.org")).startsWith("end 421 4.7.1");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).startsWith("end 421 4.7.1");
    clock.advance(Duration.ofHours(3));
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
  }

  @Test
  void aTrapRefusesAndShutsOutForATime() {
    var factory = SpamTrap.factory(clock);
    SmtpHook hook = new TestHook(factory)
        .set("recipients", "trap@example.org, old@example.org")
        .set("block", "1h")
        .make();
    SmtpHook elsewhere =
        new TestHook(factory).set("recipients", "trap@example.org").make();
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
    assertThat(told(rcpt(hook, from("192.0.2.1"), "alice@example.org"))).isEmpty();
    assertThat(told(rcpt(hook, from("192.0.2.1"), "Trap@example.org")))
        .isEqualTo("550 5.7.1 Access denied | wrote to the spam trap Trap@example.org");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).startsWith("end 554 5.7.1");
    assertThat(told(elsewhere.onConnect(from("192.0.2.1")))).startsWith("end 554 5.7.1");
    assertThat(told(hook.onConnect(from("192.0.2.2")))).isEmpty();
    clock.advance(Duration.ofMinutes(61));
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
  }

  @Test
  void aTrapNeedsNoMailbox() {
    SmtpHook hook = new TestHook(SpamTrap.factory(clock))
        .set("recipients", "trap@example.org")
        .set("action", "discard")
        .set("block", "1h")
        .make();
    assertThat(refused(hook, from("192.0.2.1"), "trap@example.org")).startsWith("discard");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).startsWith("end 554");
    assertThat(refused(hook, from("192.0.2.3").inRelayNetwork(), "trap@example.org"))
        .isEmpty();
    assertThat(told(hook.onConnect(from("192.0.2.3")))).isEmpty();
  }
}
