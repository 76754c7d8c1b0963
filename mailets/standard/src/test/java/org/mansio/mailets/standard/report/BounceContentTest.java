package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.standard.report.ReturnedMail.TEXT;
import static org.mansio.mailets.standard.report.ReturnedMail.envelope;
import static org.mansio.mailets.standard.report.ReturnedMail.mail;
import static org.mansio.mailets.standard.report.ReturnedMail.only;
import static org.mansio.mailets.standard.report.ReturnedMail.recipient;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Envelope.ReturnContent;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.testkit.FakeMail;

/** How much of the mail comes back with the report (RFC 3461 §4.3). */
class BounceContentTest {
  private final Chain chain = new Chain();

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
  void aLargeMessageIsReturnedWithItsHeaderFieldsOnlyWhateverTheSenderAsks() throws Exception {
    Recipient bob = recipient("bob@example.net", Action.FAILED);
    String large = TEXT + "a line\n".repeat(10_000);
    FakeMail mail = FakeMail.of(envelope(ReturnContent.FULL, bob)).text(large);

    assertThat(returned(mail, Map.of())).isEqualTo("text/rfc822-headers");
    assertThat(only(mail).content().size()).isLessThan(16 << 10);
  }
}
