package org.mansio.spi.sasl;

import org.mansio.spi.mail.MailAddress;

/** What follows a response. */
public sealed interface SaslStep {
  /** The server's next challenge, not yet encoded. */
  record Challenge(byte[] octets) implements SaslStep {}

  /** Done. @param user who it is, and, where it differs, acts as */
  record Success(MailAddress user) implements SaslStep {}

  /** Wrong credentials: 535 5.7.8. @param reason for the log, without secrets */
  record Rejected(String reason) implements SaslStep {}

  /** Not a response of this mechanism: 501 5.5.2. */
  record Malformed(String reason) implements SaslStep {}
}
