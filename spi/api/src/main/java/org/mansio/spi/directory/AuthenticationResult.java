package org.mansio.spi.directory;

import org.mansio.spi.mail.MailAddress;

/** The answer to a name and a password. */
public sealed interface AuthenticationResult {
  /** @param user the user's canonical address */
  record Authenticated(MailAddress user) implements AuthenticationResult {}

  /** Unknown user or wrong password; nobody outside learns which. */
  record Rejected() implements AuthenticationResult {}
}
