package org.mansio.protocols.sasl.password;

import java.util.Optional;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslStep;

/** A name and a password as they came. */
record Credentials(String name, String password) {
  SaslStep check(UserDirectory users) {
    if (name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Rejected(
          Optional.of(name).filter(n -> !n.isEmpty()), "no name or no password");
    }
    return switch (users.authenticate(name, password)) {
      case AuthenticationResult.Authenticated(MailAddress user) -> new SaslStep.Success(user);
      case AuthenticationResult.Rejected() ->
        new SaslStep.Rejected(
            Optional.of(name), "wrong name or password for " + SaslText.shown(name));
    };
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "Credentials[" + SaslText.shown(name) + "]";
  }
}
