package org.mansio.spi.smtp;

import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;

/** A parameter of MAIL or RCPT (RFC 5321 §4.1.1.11). Thread-safe. */
public sealed interface SmtpParameter {
  /** Upper case; a keyword that exists already for the command stops start-up. */
  String keyword();

  /** How many octets it may add to the command line beyond 512. */
  int extraOctets();

  /** A parameter of MAIL. */
  non-sealed interface OfMail extends SmtpParameter {
    /** The envelope with the parameter taken in, or a refusal. */
    Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope);
  }

  /** A parameter of RCPT. */
  non-sealed interface OfRcpt extends SmtpParameter {
    /** The recipient with the parameter taken in, or a refusal. */
    Result<Recipient> apply(SmtpSession session, Optional<String> value, Recipient recipient);
  }

  /** A new value or a reply. */
  sealed interface Result<T> {
    record Applied<T>(T value) implements Result<T> {}

    record Refused<T>(SmtpReply reply) implements Result<T> {}
  }
}
