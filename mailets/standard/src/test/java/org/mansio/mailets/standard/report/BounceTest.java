package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
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
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

class BounceTest {
  private static final Instant ARRIVAL = Instant.parse("2026-03-01T08:00:00Z");
  private static final Instant DECIDED = Instant.parse("2026-03-02T09:05:07Z");
  private static final String TEXT =
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@example.org>\n\nThe text\n";

  private final Chain chain = new Chain();

  private static Recipient recipient(String address, Action action, Notify... conditions) {
    int statusClass = action == Action.FAILED ? 5 : action == Action.DELAYED ? 4 : 2;
    return new Recipient(
        MailAddress.of(address),
        Set.of(conditions),
        Optional.empty(),
        Optional.of(new RecipientStatus(
            action,
            new EnhancedStatus(statusClass, 1, 1),
            Optional.of("mx.example.net"),
            "550 5.1.1 no such user",
            DECIDED)));
  }

  private static FakeMail mail(Recipient... recipients) {
    return FakeMail.from("alice@example.org").to(recipients).text(TEXT).arrived(ARRIVAL);
  }

  private static Envelope envelope(ReturnContent ret, Recipient... recipients) {
    return new Envelope(
        Optional.of(MailAddress.of("alice@example.org")),
        List.of(recipients),
        BodyType.EIGHT_BIT_MIME,
        false,
        Optional.ofNullable(ret),
        Optional.of("QQ+2B314"),
        Map.of());
  }

  private SpooledMail only(FakeMail mail) {
    assertThat(mail.sent()).hasSize(1);
    return mail.sent().getFirst();
  }

  /** A report read back: its three parts as text, and the fields of each group. */
  private record Report(org.apache.james.mime4j.dom.Message message, List<Entity> parts) {
    static Report of(SpooledMail mail) throws Exception {
      var message = new DefaultMessageBuilder()
          .parseMessage(new ByteArrayInputStream(mail.content().bytes(1 << 20)));
      assertThat(message.getMimeType()).isEqualTo("multipart/report");
      List<Entity> parts = ((Multipart) message.getBody()).getBodyParts();
      assertThat(parts).hasSize(3);
      return new Report(message, parts);
    }

    String header(String name) {
      return message.getHeader().getField(name).getBody();
    }

    String raw(SpooledMail mail) throws Exception {
      return new String(mail.content().bytes(1 << 20), StandardCharsets.UTF_8);
    }

    String text(int part) throws Exception {
      byte[] octets = ((SingleBody) parts.get(part).getBody()).getInputStream().readAllBytes();
      return new String(octets, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** Groups of "name: value" lines. */
    List<List<String>> groups() throws Exception {
      return java.util.Arrays.stream(text(1).strip().split("\n\n"))
          .map(group -> List.of(group.split("\n")))
          .toList();
    }
  }

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

  private String returned(FakeMail mail, Map<String, String> settings) throws Exception {
    chain.run(mail, "Bounce", settings);
    return Report.of(mail.sent().getFirst()).parts().get(2).getMimeType();
  }

  @Test
  void theMessageIsReturnedAsAskedFor() throws Exception {
    Recipient bob = recipient("bob@example.net", Action.FAILED);
    assertThat(returned(FakeMail.of(envelope(ReturnContent.FULL, bob)).text(TEXT), Map.of()))
        .isEqualTo("message/rfc822");
    assertThat(returned(FakeMail.of(envelope(ReturnContent.HDRS, bob)).text(TEXT), Map.of()))
        .isEqualTo("text/rfc822-headers");
    assertThat(returned(mail(bob), Map.of("returnContent", "hdrs")))
        .isEqualTo("text/rfc822-headers");
    assertThat(returned(
            FakeMail.of(envelope(ReturnContent.FULL, bob)).text(TEXT),
            Map.of("maxReturnedSize", "20")))
        .isEqualTo("text/rfc822-headers");
    Recipient late = recipient("bob@example.net", Action.DELAYED);
    assertThat(returned(FakeMail.of(envelope(ReturnContent.FULL, late)).text(TEXT), Map.of()))
        .isEqualTo("text/rfc822-headers");
  }

  @Test
  void mailThatNeededTlsIsNotReturnedWholeAndItsReportNeedsTlsToo() throws Exception {
    Envelope plain = envelope(ReturnContent.FULL, recipient("bob@example.net", Action.FAILED));
    FakeMail mail = FakeMail.of(new Envelope(
            plain.sender(),
            plain.recipients(),
            plain.body(),
            false,
            plain.returnContent(),
            Optional.empty(),
            Map.of("REQUIRETLS", "")))
        .text(TEXT);
    assertThat(returned(mail, Map.of())).isEqualTo("text/rfc822-headers");
    assertThat(only(mail).envelope().parameters()).containsKey("REQUIRETLS");
  }

  @Test
  void eightBitContentIsDeclared() throws Exception {
    FakeMail mail = mail(recipient("bob@example.net", Action.FAILED)).text("Subject: x\n\nGrüße\n");
    chain.run(mail, "Bounce");
    assertThat(only(mail).envelope().body()).isEqualTo(BodyType.EIGHT_BIT_MIME);
    assertThat(Report.of(only(mail)).header("Content-Transfer-Encoding")).isEqualTo("8bit");
  }

  @Test
  void theNullSenderIsNeverAnswered() throws Exception {
    FakeMail mail = FakeMail.from("").to(recipient("bob@example.net", Action.FAILED));
    assertThat(chain.run(mail, "Bounce")).isInstanceOf(Outcome.Dropped.class);
    assertThat(mail.sent()).isEmpty();
    assertThat(mail.notes()).containsExactly("no report: the mail has the null reverse-path");
  }

  @Test
  void aDoubleBounceGoesToThePostmasterOnce() throws Exception {
    Map<String, String> settings = Map.of("doubleBounceTo", "postmaster@example.org");
    FakeMail mail = FakeMail.from("").to(recipient("bob@example.net", Action.FAILED));
    chain.run(mail, "Bounce", settings);
    SpooledMail first = only(mail);
    assertThat(first.envelope().recipients())
        .containsExactly(Recipient.of("postmaster@example.org"));
    FakeMail failed = FakeMail.from("").to(recipient("somebody@example.com", Action.FAILED));
    failed.setAttributes(first.attributes());
    chain.run(failed, "Bounce", settings);
    assertThat(failed.sent()).isEmpty();
    assertThat(failed.notes()).containsExactly("no report: the mail has the null reverse-path");
  }

  @Test
  void aLargeMessageIsReturnedWithItsHeaderFieldsOnlyWhateverTheSenderAsks() throws Exception {
    Recipient bob = recipient("bob@example.net", Action.FAILED);
    String large = TEXT + "a line\n".repeat(10_000);
    FakeMail mail = FakeMail.of(envelope(ReturnContent.FULL, bob)).text(large);

    assertThat(returned(mail, Map.of())).isEqualTo("text/rfc822-headers");
    assertThat(only(mail).content().size()).isLessThan(16 << 10);
  }

  @Test
  void onlyWhatTheSenderAskedForIsReported() throws Exception {
    FakeMail mail = mail(
        recipient("never@example.net", Action.FAILED, Notify.NEVER),
        recipient("success@example.net", Action.FAILED, Notify.SUCCESS),
        recipient("failure@example.net", Action.FAILED, Notify.FAILURE),
        recipient("silent@example.net", Action.DELIVERED),
        recipient("delay@example.net", Action.DELAYED, Notify.FAILURE));
    chain.run(mail, "Bounce");
    assertThat(Report.of(only(mail)).text(1))
        .contains("failure@example.net")
        .doesNotContain("never@", "success@", "silent@", "delay@");
  }

  @Test
  void nothingIsSentWhereNobodyWantsIt() throws Exception {
    FakeMail mail = mail(recipient("never@example.net", Action.FAILED, Notify.NEVER));
    assertThat(chain.run(mail, "Bounce", Map.of("passThrough", "true"))).isEqualTo(Outcome.next());
    assertThat(mail.sent()).isEmpty();
  }

  @Test
  void eachActionHasALetterOfItsOwn() throws Exception {
    FakeMail mail = mail(
        recipient("a@example.net", Action.FAILED),
        recipient("b@example.net", Action.FAILED),
        recipient("c@example.net", Action.DELAYED),
        recipient("d@example.net", Action.RELAYED, Notify.SUCCESS),
        recipient("e@example.net", Action.DELIVERED, Notify.SUCCESS));
    chain.run(mail, "Bounce");
    List<String> actions = new java.util.ArrayList<>();
    for (SpooledMail sent : mail.sent()) {
      Report report = Report.of(sent);
      actions.add(report.groups().get(1).get(1) + " × " + (report.groups().size() - 1));
    }
    assertThat(actions)
        .containsExactly(
            "Action: failed × 2",
            "Action: delayed × 1",
            "Action: delivered × 1",
            "Action: relayed × 1");
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
  void internationalMailGetsAnInternationalReport() throws Exception {
    Recipient bob = recipient("jürgen@example.net", Action.FAILED);
    FakeMail mail = FakeMail.of(
            Envelope.of("alice@example.org").withRecipients(List.of(bob)).withSmtpUtf8(true))
        .text(TEXT);
    chain.run(mail, "Bounce");
    SpooledMail sent = only(mail);
    assertThat(sent.envelope().smtpUtf8()).isTrue();
    Report report = Report.of(sent);
    assertThat(report.parts().get(1).getMimeType()).isEqualTo("message/global-delivery-status");
    assertThat(report.parts().get(2).getMimeType()).isEqualTo("message/global");
    assertThat(report.raw(sent)).contains("Final-Recipient: utf-8; jürgen@example.net\r\n");
  }

  @Test
  void theSenderWhoSentNoInternationalMailGetsAReportInAscii() throws Exception {
    Recipient bob = new Recipient(
        MailAddress.of("j\u00fcrgen@example.net"),
        Set.of(),
        Optional.of("utf-8;b\u00f6b@example.net"),
        recipient("x@example.net", Action.FAILED).status());
    FakeMail mail = FakeMail.of(Envelope.of("alice@example.org").withRecipients(List.of(bob)))
        .text(TEXT);
    chain.run(mail, "Bounce");
    SpooledMail sent = only(mail);
    assertThat(sent.envelope().smtpUtf8()).isFalse();
    assertThat(sent.envelope().body()).isEqualTo(BodyType.SEVEN_BIT);
    Report report = Report.of(sent);
    assertThat(report.parts().get(1).getMimeType()).isEqualTo("message/delivery-status");
    assertThat(report.parts().get(2).getMimeType()).isEqualTo("message/rfc822");
    assertThat(report.groups().get(1))
        .contains(
            "Original-Recipient: utf-8;b\\x{F6}b@example.net",
            "Final-Recipient: utf-8; j\\x{FC}rgen@example.net");
  }

  @Test
  void headerFieldsOfInternationalMailAreReturnedAsSuch() throws Exception {
    Envelope envelope = Envelope.of("alice@example.org")
        .withRecipients(List.of(recipient("bob@example.net", Action.DELIVERED, Notify.SUCCESS)))
        .withSmtpUtf8(true);
    FakeMail mail = FakeMail.of(envelope).text("Subject: Gr\u00fc\u00dfe\n\nx\n");
    chain.run(mail, "Bounce");
    Report report = Report.of(only(mail));
    assertThat(report.parts().get(1).getMimeType()).isEqualTo("message/global-delivery-status");
    assertThat(report.parts().get(2).getMimeType()).isEqualTo("message/global-headers");
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

  @Test
  void aDelayIsNeverReportedToWhoDoesNotWantItNorToNobody() throws Exception {
    FakeMail unwanted =
        mail(recipient("bob@example.net", Action.DELAYED, Notify.FAILURE, Notify.SUCCESS));
    chain.run(unwanted, "Bounce");
    assertThat(unwanted.sent()).isEmpty();
    FakeMail notice = FakeMail.from("").to(recipient("bob@example.net", Action.DELAYED));
    chain.run(notice, "Bounce", Map.of("doubleBounceTo", "postmaster@example.org"));
    assertThat(notice.sent()).isEmpty();
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
  void tracedMailIsReportedAtEachStepUnlessNothingIs() throws Exception {
    Envelope envelope = Envelope.of("alice@example.org")
        .withRecipients(List.of(
            recipient("bob@example.net", Action.RELAYED),
            recipient("carol@example.net", Action.RELAYED, Notify.NEVER)))
        .withDeliverBy(new DeliverBy(ARRIVAL, DeliverBy.Mode.NOTIFY, true));
    FakeMail mail = FakeMail.of(envelope).text(TEXT);
    chain.run(mail, "Bounce");
    assertThat(Report.of(only(mail)).text(1))
        .contains("bob@example.net", "Action: relayed")
        .doesNotContain("carol@");
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
