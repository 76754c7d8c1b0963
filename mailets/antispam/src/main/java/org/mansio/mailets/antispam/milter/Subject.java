package org.mansio.mailets.antispam.milter;

import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/**
 * What a milter is being told of.
 *
 * @param connections how many sessions its client has at the moment
 * @param envelope of the mail under way
 * @param recipient of the RCPT command
 * @param refusal why the recipient was refused already
 * @param mail once it is complete
 */
record Subject(
    SmtpSession session,
    int connections,
    Optional<Envelope> envelope,
    Optional<Recipient> recipient,
    Optional<SmtpReply> refusal,
    Optional<SpooledMail> mail) {

  static Subject of(SmtpSession session, int connections) {
    return new Subject(
        session,
        connections,
        session.transaction(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Subject with(Recipient newRecipient, Optional<SmtpReply> newRefusal) {
    return new Subject(
        session, connections, envelope, Optional.of(newRecipient), newRefusal, Optional.empty());
  }

  Subject with(SpooledMail newMail) {
    return new Subject(
        session,
        connections,
        Optional.of(newMail.envelope()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(newMail));
  }

  /** The message, once it is complete. */
  Optional<Message> message() {
    return mail.map(SpooledMail::content).map(Message::of);
  }
}
