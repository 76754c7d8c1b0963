package org.mansio.queue.outgoing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.SpooledMail;

/**
 * The mails that go back into the chain after an attempt, for the failure processor to report: the mail itself with just
 * the recipients that failed, or take long, or succeeded and want it known, each with its status.
 */
final class Notices {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int ID_LENGTH = 16;

  private Notices() {}

  static List<SpooledMail> of(Delivery delivery, AttemptOutcome outcome) {
    List<SpooledMail> notices = new ArrayList<>();
    if (!outcome.failed().isEmpty()) {
      notices.add(notice(delivery, outcome.failed(), ""));
    }
    if (!outcome.succeeded().isEmpty()) {
      notices.add(notice(delivery, outcome.succeeded(), ""));
    }
    if (!outcome.delayed().isEmpty()) {
      // A mail is delayed more than once, unlike all else that happens to it.
      String moment = outcome.warned().map(Instant::toString).orElseThrow();
      SpooledMail notice = notice(delivery, outcome.delayed(), moment);
      notices.add(outcome
          .givenUp()
          .map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString())
          .map(
              end -> notice.withAttributes(notice.attributes().with(Attributes.RETRIED_UNTIL, end)))
          .orElse(notice));
    }
    return notices;
  }

  private static SpooledMail notice(
      Delivery delivery, List<Recipient> recipients, String occasion) {
    SpooledMail mail = delivery.mail();
    return mail.withId(idOf(delivery, recipients, occasion))
        .withAttributes(mail.attributes().with(Attributes.REPORT_ON, mail.id().value()))
        .withEnvelope(mail.envelope().withRecipients(recipients))
        .inProcessor(delivery.route().failureProcessor());
  }

  /** The same for the same thing to report, also when it is decided again after a crash. */
  private static MailId idOf(Delivery delivery, List<Recipient> recipients, String occasion) {
    StringBuilder key = new StringBuilder(delivery.mail().id().value())
        .append('\n')
        .append(delivery.route().lane());
    for (Recipient recipient : recipients) {
      key.append('\n').append(recipient.address());
      recipient.status().ifPresent(status -> key.append('\n').append(status.action()));
    }
    if (!occasion.isEmpty()) {
      key.append('\n').append(occasion);
    }
    byte[] digest = sha256(key.toString());
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ALPHABET.charAt(digest[i] & 31));
    }
    return new MailId(id.toString());
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
