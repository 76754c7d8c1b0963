package org.mansio.protocols.sasl.digest;

import java.util.Optional;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.sasl.SaslStep;

/** The one answer to a digest that doesn't fit, for whatever reason: nobody learns whether there is such a user. */
final class SharedSecrets {
  private SharedSecrets() {}

  static SaslStep rejected(String login, boolean hasSecret) {
    String why = hasSecret ? "wrong password for " : "no secret is kept for ";
    return new SaslStep.Rejected(Optional.of(login), why + SaslText.shown(login));
  }
}
