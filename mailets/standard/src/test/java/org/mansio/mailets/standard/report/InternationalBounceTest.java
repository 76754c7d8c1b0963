package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.standard.report.ReturnedMail.TEXT;
import static org.mansio.mailets.standard.report.ReturnedMail.only;
import static org.mansio.mailets.standard.report.ReturnedMail.recipient;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

/** Reports of mail whose addresses are not ASCII (RFC 6533). */
class InternationalBounceTest {
  private final Chain chain = new Chain();

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
}
