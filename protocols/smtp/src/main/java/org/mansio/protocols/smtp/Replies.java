package org.mansio.protocols.smtp;

import org.mansio.spi.queue.QueueException;
import org.mansio.spi.smtp.SmtpReply;

/** Replies that several commands give (RFC 5321 §4.2.3, enhanced codes of RFC 3463 and RFC 5248). */
final class Replies {
  static final SmtpReply OK = SmtpReply.of(250, "2.0.0", "Ok");
  static final SmtpReply LINE_TOO_LONG = SmtpReply.of(500, "5.5.2", "Line too long");
  static final SmtpReply LINE_END =
      SmtpReply.of(500, "5.5.2", "A line ends with CR LF, and only there");
  static final SmtpReply NOT_UTF8 = SmtpReply.of(500, "5.5.2", "Not ASCII and not UTF-8");
  static final SmtpReply UNKNOWN_COMMAND = SmtpReply.of(500, "5.5.1", "Command unknown");
  static final SmtpReply NOT_IMPLEMENTED = SmtpReply.of(502, "5.5.1", "Command not implemented");
  static final SmtpReply NO_ARGUMENT = SmtpReply.of(501, "5.5.4", "No argument allowed");
  static final SmtpReply HELO_FIRST = SmtpReply.of(503, "5.5.1", "Introduce yourself first");
  static final SmtpReply IN_TRANSACTION =
      SmtpReply.of(503, "5.5.1", "Not during a mail transaction");
  static final SmtpReply TURNED =
      SmtpReply.of(503, "5.5.1", "Not on a connection whose roles were swapped");
  static final SmtpReply TLS_FIRST =
      SmtpReply.of(530, "5.7.0", "Must issue a STARTTLS command first");
  static final SmtpReply AUTH_FIRST = SmtpReply.of(530, "5.7.0", "Authentication required");
  static final SmtpReply MAIL_FIRST = SmtpReply.of(503, "5.5.1", "MAIL first");
  static final SmtpReply LOCAL_ERROR = SmtpReply.of(451, "4.3.0", "Local error, try again later");
  static final SmtpReply TOO_LARGE = SmtpReply.of(552, "5.3.4", "Message exceeds the size limit");
  static final SmtpReply BROKEN = SmtpReply.of(421, "4.3.0", "Local error, closing connection");
  static final SmtpReply TIMEOUT = SmtpReply.of(421, "4.4.2", "Timeout, closing connection");
  static final SmtpReply STOPPING = SmtpReply.of(421, "4.3.2", "Shutting down, come again later");
  static final SmtpReply TOO_MANY_ERRORS =
      SmtpReply.of(421, "4.7.0", "Too many errors, closing connection");
  static final SmtpReply TOO_MUCH_JUNK =
      SmtpReply.of(421, "4.7.0", "Too many commands without a mail");
  static final SmtpReply TOO_FAST =
      SmtpReply.of(421, "4.7.0", "Too many commands in a minute, closing connection");
  static final SmtpReply TOO_MANY_CONNECTIONS =
      SmtpReply.of(421, "4.7.0", "Too many connections, try again later");

  private Replies() {}

  /** What the queue's refusal means to a client. */
  static SmtpReply of(QueueException.Reason reason) {
    return switch (reason) {
      case FULL -> SmtpReply.of(452, "4.3.1", "Insufficient storage, try again later");
      case UNAVAILABLE -> SmtpReply.of(451, "4.3.0", "Queue unavailable, try again later");
      case CLOSED -> STOPPING;
    };
  }

  static SmtpReply syntax(String text) {
    return SmtpReply.of(501, "5.5.4", text);
  }
}
