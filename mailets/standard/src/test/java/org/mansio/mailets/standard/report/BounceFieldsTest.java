package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.standard.report.ReturnedMail.ARRIVAL;
import static org.mansio.mailets.standard.report.ReturnedMail.DECIDED;
import static org.mansio.mailets.standard.report.ReturnedMail.TEXT;
import static org.mansio.mailets.standard.report.ReturnedMail.envelope;
import static org.mansio.mailets.standard.report.ReturnedMail.mail;
import static org.mansio.mailets.standard.report.ReturnedMail.only;
import static org.mansio.mailets.standard.report.ReturnedMail.recipient;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Envelope.ReturnContent;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

/** What stands in a report (RFC 3464). */
class BounceFieldsTest {
  private final Chain chain = new Chain();

  @Test
  void theReportIsAStandardOneFieldByField() throws Exception {
    Recipient bob = new Recipient(
        MailAddress.of("bob@example.net"),
        Set.of(),
        Optional.of("rfc822;B+2Bob@example.net"),
        recipient("x@example.net", Action.FAILED).status());
    FakeMail mail = FakeMail.of(envelope(ReturnContent.FULL, bob)).text(TEXT).arrived(ARRIVAL);
    assertThat(chain.run(mail, "Bounce")).isInstanceOf(Outcome.Dropped.class);
    SpooledMail sent = only(mail);
    assertThat(sent.envelope().sender()).isEmpty();
    assertThat(sent.envelope().recipients()).containsExactly(Recipient.of("alice@example.org"));
    assertThat(sent.envelope().body()).isEqualTo(BodyType.SEVEN_BIT);
    assertThat(sent.processor()).isEqualTo("root");
    Report report = Report.of(sent);
    assertThat(report.header("From")).isEqualTo("Mail Delivery System <postmaster@example.org>");
    assertThat(report.header("To")).isEqualTo("alice@example.org");
    assertThat(report.header("Auto-Submitted")).isEqualTo("auto-replied");
    assertThat(report.header("In-Reply-To")).isEqualTo("<1@example.org>");
    assertThat(report.header("Subject")).isEqualTo("Your mail could not be delivered");
    assertThat(report.header("Content-Type")).contains("report-type=delivery-status");
    assertThat(report.message().getDate()).isNotNull();
    assertThat(report.groups())
        .containsExactly(
            List.of(
                "Original-Envelope-Id: QQ+314",
                "Reporting-MTA: dns; mx.example.org",
                "X-Mansio-Queue-Id: " + mail.id(),
                "Arrival-Date: Sun, 1 Mar 2026 08:00:00 +0000"),
            List.of(
                "Original-Recipient: rfc822;B+ob@example.net",
                "Final-Recipient: rfc822; bob@example.net",
                "Action: failed",
                "Status: 5.1.1",
                "Remote-MTA: dns; mx.example.net",
                "Diagnostic-Code: smtp; 550 5.1.1 no such user",
                "Last-Attempt-Date: Mon, 2 Mar 2026 09:05:07 +0000"));
    assertThat(report.parts().get(1).getMimeType()).isEqualTo("message/delivery-status");
    assertThat(report.parts().get(2).getMimeType()).isEqualTo("message/rfc822");
  }

  @Test
  void theReadableTextTellsRecipientAndReason() throws Exception {
    FakeMail mail = mail(recipient("bob@example.net", Action.FAILED));
    chain.run(mail, "Bounce", Map.of("message", "Sorry."));
    assertThat(Report.of(only(mail)).text(0))
        .contains(
            "Sorry.",
            "<bob@example.net>",
            "mx.example.net said: 550 5.1.1 no such user (5.1.1)",
            "Grüße");
  }

  @Test
  void aRecipientWithoutAStatusHasFailedForTheGivenReason() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org")
        .to("bob@example.net")
        .attribute("mansio.error", "it broke");
    chain.run(mail, "Bounce", Map.of("status", "5.7.1"));
    assertThat(Report.of(only(mail)).groups().get(1))
        .contains("Action: failed", "Status: 5.7.1", "Diagnostic-Code: X-Mansio; it broke");
    FakeMail told = FakeMail.from("alice@example.org").to("bob@example.net");
    chain.run(told, "Bounce", Map.of("reason", "no spam please"));
    assertThat(Report.of(only(told)).text(1)).contains("X-Mansio; no spam please");
  }

  @Test
  void aDelayIsReportedWithItsEnd() throws Exception {
    FakeMail mail = mail(recipient("bob@example.net", Action.DELAYED))
        .attribute(Attributes.RETRIED_UNTIL, "2026-03-06T08:00:00Z");
    chain.run(mail, "Bounce");
    Report report = Report.of(only(mail));
    assertThat(report.groups().get(1))
        .contains("Action: delayed", "Will-Retry-Until: Fri, 6 Mar 2026 08:00:00 +0000");
    assertThat(report.text(0))
        .contains("It will be tried again until Fri, 6 Mar 2026 08:00:00 +0000;");
  }

  private Report timely(DeliverBy.Mode mode, Action action, String status) throws Exception {
    Recipient bob = Recipient.of("bob@example.net")
        .withStatus(new RecipientStatus(
            action, EnhancedStatus.parse(status), Optional.empty(), "too late", DECIDED));
    Envelope envelope = Envelope.of("alice@example.org")
        .withRecipients(List.of(bob))
        .withDeliverBy(new DeliverBy(Instant.parse("2026-03-01T09:00:00Z"), mode, false));
    FakeMail mail = FakeMail.of(envelope).text(TEXT);
    chain.run(mail, "Bounce");
    return Report.of(only(mail));
  }

  @Test
  void mailThatIsTooLateIsReportedAsTheSenderAsked() throws Exception {
    Report returned = timely(DeliverBy.Mode.RETURN, Action.FAILED, "5.4.7");
    assertThat(returned.groups().get(1)).contains("Action: failed", "Status: 5.4.7");
    assertThat(returned.text(0))
        .contains(
            "You asked for it to be delivered by Sun, 1 Mar 2026 09:00:00 +0000, or returned.");

    Report delayed = timely(DeliverBy.Mode.NOTIFY, Action.DELAYED, "4.4.7");
    assertThat(delayed.groups().get(1)).contains("Action: delayed", "Status: 4.4.7");
    assertThat(delayed.text(0))
        .contains("You asked to be told if it isn't delivered by Sun, 1 Mar 2026 09:00:00 +0000.");

    assertThat(timely(DeliverBy.Mode.RETURN, Action.FAILED, "5.1.1").text(0))
        .doesNotContain("You asked");
  }

  @Test
  void aReplyCannotForgeFields() throws Exception {
    Recipient bob = Recipient.of("bob@example.net")
        .withStatus(new RecipientStatus(
            Action.FAILED,
            EnhancedStatus.parse("5.0.0"),
            Optional.of("evil\r\nStatus: 2.0.0"),
            "550 a\u0000\r\nAction: delivered ä",
            DECIDED));
    FakeMail mail = mail(bob);
    chain.run(mail, "Bounce");
    assertThat(Report.of(only(mail)).groups().get(1))
        .contains(
            "Remote-MTA: dns; evil Status: 2.0.0",
            "Diagnostic-Code: smtp; 550 a Action: delivered ?")
        .doesNotContain("Action: delivered", "Status: 2.0.0");
  }

  @Test
  void theSameReportHasTheSameMessageId() throws Exception {
    FakeMail mail = mail(recipient("bob@example.net", Action.FAILED));
    chain.run(mail, "Bounce");
    chain.run(mail, "Bounce");
    assertThat(mail.sent()).hasSize(2);
    String id = Report.of(mail.sent().get(0)).header("Message-ID");
    assertThat(Report.of(mail.sent().get(1)).header("Message-ID")).isEqualTo(id);
    assertThat(id).endsWith("@mx.example.org>");
    assertThat(mail.sent().get(1).id()).isEqualTo(mail.sent().get(0).id());
  }

  @Test
  void aReportOfAReportKeepsItsPartsApart() throws Exception {
    FakeMail mail = mail(recipient("bob@example.net", Action.FAILED));
    chain.run(mail, "Bounce");
    FakeMail again = mail(recipient("bob@example.net", Action.FAILED))
        .message(Message.of(only(mail).content()));
    chain.run(again, "Bounce");
    assertThat(Report.of(only(again)).parts()).hasSize(3);
  }
}
