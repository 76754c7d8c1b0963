package org.mansio.spi.smtp;

import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.HostPort;

/**
 * Asks a mail host whether it would take mail for an address, and sends none: MAIL, RCPT, and no DATA. Blocking, within the
 * question's time; thread-safe.
 */
@FunctionalInterface
public interface SmtpProbe {
  Answer ask(Question question);

  /**
   * What is asked.
   *
   * @param recipient the address
   * @param sender in MAIL; empty is the null reverse-path, which nobody answers by asking back
   * @param host whom; empty: the mail hosts of the recipient's domain (RFC 5321 §5.1)
   * @param privateHosts whether hosts that DNS names may have addresses that aren't public; else whoever owns a domain could
   *     send questions into the operator's network
   * @param timeout for all of it
   */
  record Question(
      MailAddress recipient,
      Optional<MailAddress> sender,
      Optional<HostPort> host,
      boolean privateHosts,
      Duration timeout) {}

  /** What came of it. */
  sealed interface Answer {
    /** The host would take it. */
    record Taken() implements Answer {}

    /** The host says for good that there is no such address; or no host takes mail for its domain. */
    record Refused(String reply) implements Answer {}

    /** Not known now: no connection, a temporary answer, or one that is about us and not about the address. */
    record Unknown(String reason) implements Answer {}
  }

  /** Knows nothing. */
  static SmtpProbe none() {
    return question -> new Answer.Unknown("no plugin asks other hosts");
  }
}
