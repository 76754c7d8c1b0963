package org.mansio.protocols.smtp;

import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * A parameter of MAIL.
 *
 * @param keyword upper case
 * @param extraOctets by which it may lengthen the command
 * @param effect what it does
 */
record MailParameter(String keyword, int extraOctets, Effect effect)
    implements SmtpParameter.OfMail {

  /** What a parameter does to an envelope. */
  @FunctionalInterface
  interface Effect {
    Result<Envelope> on(SmtpSession session, Optional<String> value, Envelope envelope);
  }

  @Override
  public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
    return effect.on(session, value, envelope);
  }

  static Result<Envelope> taken(Envelope envelope) {
    return new Result.Applied<>(envelope);
  }

  /** 501. */
  static Result<Envelope> malformed(String text) {
    return new Result.Refused<>(Replies.syntax(text));
  }
}
