package org.mansio.mailets.standard.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;

class RoutingMailetsTest {
  private final Chain chain = new Chain();
  private final FakeMail mail =
      FakeMail.from("a@example.org").to("b@example.net").text("Subject: hi\n\nText\n");

  @Test
  void toProcessorGoesThereWithItsNotice() throws Exception {
    assertThat(chain.run(mail, "ToProcessor", Map.of("processor", "spam", "notice", "it is spam")))
        .isEqualTo(Outcome.toProcessor("spam"));
    assertThat(mail.attributes().text(Attributes.ERROR)).contains("it is spam");
    assertThat(mail.notes()).containsExactly("it is spam");
  }

  @Test
  void nullDropsWithItsReason() throws Exception {
    assertThat(chain.run(mail, "Null", Map.of("reason", "seen enough")))
        .isEqualTo(Outcome.dropped("seen enough"));
  }

  @Test
  void identityGoesOn() throws Exception {
    assertThat(chain.run(mail, "Identity")).isEqualTo(Outcome.next());
  }

  @Test
  void eachMailetKnowsWhetherItEnds() throws Exception {
    assertThat(ends("ToProcessor", Map.of("processor", "x"))).isTrue();
    assertThat(ends("Null", Map.of())).isTrue();
    assertThat(ends("Identity", Map.of())).isFalse();
    assertThat(ends("Forward", Map.of("forwardTo", "c@example.org"))).isTrue();
    assertThat(ends("Forward", Map.of("forwardTo", "c@example.org", "passThrough", "true")))
        .isFalse();
    assertThat(ends("Bounce", Map.of())).isTrue();
    assertThat(ends("NotifyPostmaster", Map.of())).isFalse();
    assertThat(ends("RecipientRewriteTable", Map.of())).isFalse();
  }

  private static boolean ends(String name, Map<String, String> settings) throws Exception {
    var factory = Chain.mailetFactory(name);
    return factory.ends(Settings.ofTexts(factory.settings(), settings));
  }

  @Test
  void lowersLocalPartsAndJoinsWhatBecomesEqual() throws Exception {
    mail.to("B@example.net", "Carol@example.net");
    chain.run(mail, "RecipientToLowerCase");
    assertThat(mail.addresses()).containsExactly("b@example.net", "carol@example.net");
  }

  @Test
  void leavesALocalPartAloneThatWouldBecomeTooLong() throws Exception {
    // Two octets each, three in lower case.
    String address = "\u023A".repeat(32) + "@example.net";
    mail.to(address);
    chain.run(mail, "RecipientToLowerCase");
    assertThat(mail.addresses()).contains(address);
  }

  @Test
  void postmasterOfALocalDomainIsTheServersWhereNobodyIs() throws Exception {
    chain
        .services
        .directory
        .with("x@example.net", "x@example.com", "postmaster@example.edu")
        .alias(Alias.Kind.ADDRESS, "postmaster@example.com", "x@example.com");
    mail.setRecipients(List.of());
    mail.to(
        "Postmaster@example.net",
        "postmaster@example.com",
        "postmaster@example.edu",
        "postmaster@elsewhere.org");
    chain.run(mail, "PostmasterAlias");
    assertThat(mail.addresses())
        .containsExactly(
            "postmaster@example.org",
            "postmaster@example.com",
            "postmaster@example.edu",
            "postmaster@elsewhere.org");
    assertThat(mail.recipients().getFirst().originalRecipient())
        .contains("rfc822;Postmaster@example.net");
  }

  private FakeMail arrivingAgain(SpooledMail sent) {
    return FakeMail.of(sent.envelope()).message(Message.of(sent.content()));
  }

  @Test
  void forwardKeepsSenderAndTextAndInheritsTheRequests() throws Exception {
    mail.setRecipients(List.of(new Recipient(
        MailAddress.of("b@example.net"),
        Set.of(Recipient.Notify.SUCCESS),
        Optional.of("rfc822;B@example.net"),
        Optional.empty())));
    assertThat(chain.run(mail, "Forward", Map.of("forwardTo", "c@example.com")))
        .isInstanceOf(Outcome.Dropped.class);
    SpooledMail sent = mail.sent().getFirst();
    assertThat(sent.envelope().sender()).contains(MailAddress.of("a@example.org"));
    assertThat(sent.envelope().recipients())
        .containsExactly(mail.recipients().getFirst().withAddress(MailAddress.of("c@example.com")));
    assertThat(new String(sent.content().bytes(1000))).endsWith("\r\nSubject: hi\r\n\r\nText\r\n");
    assertThat(sent.processor()).isEqualTo("root");
  }

  @Test
  void forwardSendsTheNullSenderOnAsItIs() throws Exception {
    FakeMail notice = FakeMail.from("").to("b@example.net");
    chain.run(notice, "Forward", Map.of("forwardTo", "c@example.com, d@example.com"));
    assertThat(notice.sent().getFirst().envelope().sender()).isEmpty();
    assertThat(notice.sent().getFirst().envelope().recipients()).hasSize(2);
    FakeMail toSender = FakeMail.from("").to("b@example.net");
    assertThat(chain.run(toSender, "Forward", Map.of("forwardTo", "sender")))
        .isInstanceOf(Outcome.Dropped.class);
    assertThat(toSender.sent()).isEmpty();
  }

  @Test
  void forwardStopsAMailThatComesRound() throws Exception {
    Map<String, String> settings = Map.of("forwardTo", "c@example.com", "errorProcessor", "loops");
    chain.run(mail, "Forward", settings);
    FakeMail again = arrivingAgain(mail.sent().getFirst());
    assertThat(chain.run(again, "Forward", settings)).isEqualTo(Outcome.toProcessor("loops"));
    assertThat(again.sent()).isEmpty();
    assertThat(again.recipients().getFirst().status().orElseThrow().status()).hasToString("5.4.6");
    FakeMail elsewhere = arrivingAgain(mail.sent().getFirst());
    chain.run(elsewhere, "Forward", Map.of("forwardTo", "other@example.com"));
    assertThat(elsewhere.sent()).hasSize(1);
  }

  @Test
  void aForwardedCopyLetsTheMailGoOn() throws Exception {
    assertThat(
            chain.run(mail, "Forward", Map.of("forwardTo", "c@example.com", "passThrough", "true")))
        .isEqualTo(Outcome.next());
    assertThat(mail.sent()).hasSize(1);
    assertThat(mail.message().headers().contains("X-Loop")).isFalse();
  }

  @Test
  void resendMarksTheMailAndReportsToTheResender() throws Exception {
    chain.run(mail, "Resend", Map.of("recipients", "c@example.com"));
    SpooledMail sent = mail.sent().getFirst();
    assertThat(sent.envelope().sender()).contains(MailAddress.of("postmaster@example.org"));
    assertThat(Message.of(sent.content()).headers().toString())
        .contains(
            "Resent-From: postmaster@example.org",
            "Resent-To: c@example.com",
            "Resent-Date: ",
            "Resent-Message-ID: <")
        .endsWith("Subject: hi\r\n");
  }

  @Test
  void redirectReplacesFieldsOfTheMailItself() throws Exception {
    chain.run(
        mail,
        "Redirect",
        Map.of("recipients", "postmaster", "prefix", "[spam?]", "replyTo", "help@example.org"));
    Message sent = Message.of(mail.sent().getFirst().content());
    assertThat(sent.headers().value("Subject")).contains("[spam?] hi");
    assertThat(sent.headers().value("Reply-To")).contains("help@example.org");
    assertThat(new String(sent.body().readAllBytes())).isEqualTo("Text\r\n");
  }

  @Test
  void redirectWritesALetterWithTheMailAttached() throws Exception {
    chain.run(
        mail,
        "Redirect",
        Map.of("recipients", "c@example.com", "inline", "heads", "message", "Look at this"));
    Message sent = Message.of(mail.sent().getFirst().content());
    assertThat(sent.headers().value("Content-Type").orElseThrow()).startsWith("multipart/mixed");
    assertThat(new String(sent.body().readAllBytes()))
        .contains(
            "Look at this\r\n\r\nSubject: hi",
            "Content-Type: message/rfc822",
            "Subject: hi\r\n\r\nText");
  }
}
