package org.mansio.spi.testkit.queue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.SpooledMail;

/** Mails as they arrive. */
final class SampleMails {
  private SampleMails() {}

  static SpooledMail mail(String... recipients) {
    return mail(
        Content.of("Subject: test\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)),
        recipients);
  }

  static SpooledMail mail(Content content, String... recipients) {
    return SpooledMail.arriving(
        Envelope.of("sender@example.org", recipients), content, Origin.local());
  }

  static SpooledMail with(SpooledMail mail, UnaryOperator<Envelope> change) {
    return mail.withEnvelope(change.apply(mail.envelope()));
  }

  static List<MailId> ids(List<SpooledMail> mails) {
    return mails.stream().map(SpooledMail::id).toList();
  }
}
