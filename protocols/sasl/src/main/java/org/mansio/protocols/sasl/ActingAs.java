package org.mansio.protocols.sasl;

import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslStep;

/** The authorisation identity of a mechanism (RFC 4422 §3.4.1). */
public final class ActingAs {
  private ActingAs() {}

  /**
   * Success, unless the user wants to act as somebody else, which nobody may; to name oneself is allowed.
   *
   * @param identity as the client said; empty when it named none
   */
  public static SaslStep check(UserDirectory users, MailAddress user, String identity) {
    return isSelf(users, user, identity)
        ? new SaslStep.Success(user)
        : new SaslStep.Rejected(user + " may not act as " + SaslText.shown(identity));
  }

  /** Whether the identity is the user's own, or none. */
  public static boolean isSelf(UserDirectory users, MailAddress user, String identity) {
    return identity.isEmpty() || users.addressOf(identity).filter(user::equals).isPresent();
  }
}
