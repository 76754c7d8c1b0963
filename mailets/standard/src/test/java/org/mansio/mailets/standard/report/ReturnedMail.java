package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Envelope.ReturnContent;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

/** Mails whose recipients have come to an end, and the report that becomes of them. */
final class ReturnedMail {
  private ReturnedMail() {}

  static final Instant ARRIVAL = Instant.parse("2026-03-01T08:00:00Z");
  static final Instant DECIDED = Instant.parse("2026-03-02T09:05:07Z");
  static final String TEXT =
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@example.org>\n\nThe text\n";

  static Recipient recipient(String address, Action action, Notify... conditions) {
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

  static FakeMail mail(Recipient... recipients) {
    return FakeMail.from("alice@example.org").to(recipients).text(TEXT).arrived(ARRIVAL);
  }

  static Envelope envelope(ReturnContent ret, Recipient... recipients) {
    return new Envelope(
        Optional.of(MailAddress.of("alice@example.org")),
        List.of(recipients),
        BodyType.EIGHT_BIT_MIME,
        false,
        Optional.ofNullable(ret),
        Optional.of("QQ+2B314"),
        Map.of());
  }

  static SpooledMail only(FakeMail mail) {
    assertThat(mail.sent()).hasSize(1);
    return mail.sent().getFirst();
  }
}
