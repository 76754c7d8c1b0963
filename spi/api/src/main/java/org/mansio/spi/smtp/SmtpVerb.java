package org.mansio.spi.smtp;

import java.util.Set;

/** A verb. Stands in the same table as the core's; the dispatcher enforces the flags. Thread-safe. */
public interface SmtpVerb {
  /** Upper case; a verb that exists already stops start-up. */
  String name();

  Set<Flag> flags();

  /** The line for HELP. */
  String help();

  /**
   * Answers the command. May block.
   *
   * @param argument what follows the verb, trimmed; empty when nothing does
   * @throws Exception an unexpected failure, which is logged: the client hears 451 4.3.0, and the session goes on
   */
  SmtpReply handle(SmtpSession session, String argument) throws Exception;

  /** What holds for a verb. */
  enum Flag {
    /** Only after EHLO or HELO: 503. */
    NEEDS_HELO,
    /** Only under TLS, where the listener demands TLS: 530. */
    NEEDS_TLS,
    /** Only after AUTH: 530. */
    NEEDS_AUTH,
    /** Not inside a mail transaction: 503. */
    OUTSIDE_TRANSACTION,
    /** Allowed before TLS where the listener demands TLS. */
    BEFORE_TLS,
    /** Not on a connection whose roles were swapped, see {@link SmtpSession#turned}: 503. */
    NOT_WHEN_TURNED,
    /** Ends a command group (RFC 2920 §3.1): pipelined input behind it is answered separately. */
    ENDS_GROUP,
    /** Does no work for a mail; too many of them end the session. */
    JUNK
  }
}
