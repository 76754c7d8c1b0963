package org.mansio.mailets.antispam.dnslist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.testkit.FakeSmtpSession;
import org.mansio.spi.testkit.SettableClock;

class DnsListsTest {
  private final SettableClock clock = new SettableClock();
  private final TestHook hook = new TestHook(DnsLists.factory(clock));

  @BeforeEach
  void listsThatWork() {
    for (String zone : new String[] {"bl.example", "other.example", "wl.example"}) {
      hook.services.dns.address("2.0.0.127." + zone, "127.0.0.2");
    }
    hook.services.dns.address("test.dom.example", "127.0.0.2");
  }

  private static FakeSmtpSession from(String address) {
    return new FakeSmtpSession("1", address).helo("client.example").mail("x@example.net");
  }

  @Test
  void refusesAListedAddressAndNamesTheList() {
    hook.services.dns.address("7.2.0.192.bl.example", "127.0.0.4");
    hook.services.dns.txt("7.2.0.192.bl.example", "see https://bl.example/7\u00fc");
    SmtpHook made = hook.set("lists", "bl.example").make();
    FakeSmtpSession session = from("192.0.2.7");
    assertThat(told(rcpt(made, session, "a@example.org")))
        .isEqualTo("550 5.7.1 192.0.2.7 is listed by bl.example; see https://bl.example/7?"
            + " | score 1: 192.0.2.7 is listed by bl.example (127.0.0.4)");
    assertThat(session.annotations().get(DnsLists.SCORE)).contains(new AttributeValue.Whole(1));
    assertThat(session.annotations().text(DnsLists.LISTED)).contains("bl.example");
    assertThat(told(rcpt(made, from("192.0.2.8"), "a@example.org"))).isEmpty();
  }

  @Test
  void scoresEachMailOfASession() {
    hook.services.dns.address("7.2.0.192.bl.example", "127.0.0.4");
    SmtpHook made = hook.set("lists", "bl.example").set("rejectAt", "5").make();
    FakeSmtpSession first = from("192.0.2.7");
    rcpt(made, first, "a@example.org");
    made.onReset(first);
    FakeSmtpSession second = from("192.0.2.7");
    second.attributes().putAll(first.attributes());
    rcpt(made, second, "a@example.org");
    assertThat(second.annotations().get(DnsLists.SCORE)).contains(new AttributeValue.Whole(1));
  }

  @Test
  void asksForIpv6ByNibbles() {
    hook.services.dns.address(
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example", "127.0.0.2");
    SmtpHook made = hook.set("lists", "bl.example").make();
    assertThat(told(rcpt(made, from("2001:db8::1"), "a@example.org"))).startsWith("550 5.7.1");
  }

  @Test
  void addsWeightsUpAndWhiteListsTakeAway() {
    hook.services
        .dns
        .address("7.2.0.192.bl.example", "127.0.0.2")
        .address("7.2.0.192.other.example", "127.0.0.2")
        .address("7.2.0.192.wl.example", "127.0.5.3")
        .address("8.2.0.192.bl.example", "127.0.0.2")
        .address("8.2.0.192.other.example", "127.0.0.2")
        .address("9.2.0.192.bl.example", "127.0.0.2");
    SmtpHook made = hook.set(
            "lists", "bl.example*2, other.example*3, wl.example=127.0.[0..9].[1..3]*-4")
        .set("rejectAt", "5")
        .set("temporaryAt", "2")
        .set("markAt", "1")
        .make();
    FakeSmtpSession white = from("192.0.2.7");
    assertThat(told(rcpt(made, white, "a@example.org"))).isEmpty();
    assertThat(white.annotations().text("mansio.hook.DnsLists"))
        .hasValueSatisfying(reason -> assertThat(reason).startsWith("score 1: "));
    assertThat(told(rcpt(made, from("192.0.2.8"), "a@example.org"))).startsWith("550 5.7.1");
    assertThat(told(rcpt(made, from("192.0.2.9"), "a@example.org"))).startsWith("450 4.7.1");
  }

  @Test
  void whatCantBeLookedUpIsNeverListed() {
    hook.services.dns.address("7.2.0.192.bl.example", "127.0.0.2").broken("7.2.0.192.bl.example");
    SmtpHook made = hook.set("lists", "bl.example").make();
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.255.255.254", "192.0.2.1", "2001:db8::1"})
  void anAnswerThatIsNoListingDoesntCount(String answer) {
    hook.services.dns.address("7.2.0.192.bl.example", answer);
    SmtpHook made = hook.set("lists", "bl.example").make();
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).isEmpty();
  }

  @Test
  void aListThatListsTheWorldIsntAskedUntilItIsMended() {
    hook.services
        .dns
        .address("1.0.0.127.dead.example", "127.0.0.2")
        .address("2.0.0.127.dead.example", "127.0.0.2")
        .address("7.2.0.192.dead.example", "127.0.0.2");
    SmtpHook made = hook.set("lists", "dead.example").make();
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).isEmpty();
    hook.services.dns.broken("1.0.0.127.dead.example");
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).isEmpty();
    clock.advance(Duration.ofMinutes(61));
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).startsWith("550");
  }

  @Test
  void asksDomainListsForHeloAndSender() {
    hook.services
        .dns
        .address("bad.example.dom.example", "127.0.0.2")
        .address("spam.example.dom.example", "127.0.0.2");
    SmtpHook made =
        hook.set("heloLists", "dom.example").set("senderLists", "dom.example").make();
    assertThat(told(rcpt(made, from("192.0.2.1").helo("BAD.example"), "a@example.org")))
        .startsWith("550 5.7.1 BAD.example is listed");
    assertThat(told(rcpt(made, from("192.0.2.1").mail("x@spam.example"), "a@example.org")))
        .startsWith("550 5.7.1 spam.example is listed");
    assertThat(told(rcpt(made, from("192.0.2.1").mail("").helo("[192.0.2.1]"), "a@example.org")))
        .isEmpty();
  }

  @Test
  void exemptsRelaysAndThePostmaster() {
    hook.services.dns.address("7.2.0.192.bl.example", "127.0.0.2");
    SmtpHook made = hook.set("lists", "bl.example").make();
    assertThat(told(rcpt(made, from("192.0.2.7").inRelayNetwork(), "a@example.org")))
        .isEmpty();
    assertThat(told(rcpt(made, from("192.0.2.7"), "Postmaster@example.org"))).isEmpty();
    assertThat(told(rcpt(made, from("192.0.2.7"), "a@example.org"))).startsWith("550");
  }

  @Test
  void answersAtConnectWhenSetSo() {
    hook.services.dns.address("7.2.0.192.bl.example", "127.0.0.2");
    SmtpHook made = hook.set("lists", "bl.example").set("stage", "connect").make();
    assertThat(told(made.onConnect(new FakeSmtpSession("1", "192.0.2.7")))).startsWith("550");
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> new TestHook(DnsLists.factory()).create())
        .hasMessageContaining("needs lists");
    assertThatThrownBy(() -> new TestHook(DnsLists.factory())
            .set("senderLists", "dom.example")
            .set("stage", "helo")
            .create())
        .hasMessageContaining("stage can't be before mail");
  }

  @ParameterizedTest
  @CsvSource({
    "bl.example=127.0.0.[2;4..6], 127.0.0.5, true",
    "bl.example=127.0.0.[2;4..6], 127.0.0.3, false",
    "bl.example=127.0.0.2, 127.0.0.2, true",
    "bl.example=127.[0..1].0.[1..255], 127.1.0.200, true",
    "bl.example=127.[0..1].0.[1..255], 127.2.0.200, false"
  })
  void readsReturnCodes(String list, String answer, boolean listed) throws Exception {
    assertThat(DnsList.parse(list).codes().contain(InetAddress.ofLiteral(answer)))
        .isEqualTo(listed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bl.example=127.0.0",
        "bl.example=127.0.0.2.3",
        "bl.example=10.0.0.2",
        "bl.example=127.0.0.[5..2]",
        "bl.example=127.0.0.256",
        "bl.example=127.0.0.[2",
        "bl.example*x",
        "bl..example",
        "=127.0.0.2"
      })
  void refusesListsThatArentWrittenRight(String list) {
    assertThatThrownBy(() -> DnsList.parse(list))
        .isInstanceOf(org.mansio.spi.settings.InvalidSettingException.class);
  }
}
