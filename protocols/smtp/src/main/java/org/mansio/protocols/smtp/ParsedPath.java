package org.mansio.protocols.smtp;

import org.mansio.spi.mail.MailAddress;

/** The argument of MAIL or RCPT, taken apart. */
sealed interface ParsedPath {
  /** A mailbox; a source route before it has been left out. @param parameters what follows, trimmed */
  record Mailbox(MailAddress address, String parameters) implements ParsedPath {}

  /** {@code <>}. @param parameters what follows, trimmed */
  record Null(String parameters) implements ParsedPath {}

  /** {@code <postmaster>} without a domain (RFC 5321 §4.1.1.3). @param parameters what follows, trimmed */
  record Postmaster(String parameters) implements ParsedPath {}

  /** Not a path. @param reason for the client */
  record Malformed(String reason) implements ParsedPath {}
}
