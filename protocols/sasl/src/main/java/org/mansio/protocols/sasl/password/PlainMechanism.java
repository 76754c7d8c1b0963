package org.mansio.protocols.sasl.password;

import java.util.Optional;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;

/** PLAIN (RFC 4616): authorisation identity, NUL, name, NUL, password, all in one response. */
public final class PlainMechanism implements SaslMechanism {
  private static final String NAME = "PLAIN";

  public static SaslMechanismFactory factory() {
    return MechanismFactory.simple(
        NAME, "Name and password in one message; under TLS only.", true, new PlainMechanism());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Strength strength() {
    return Strength.CLEAR_TEXT;
  }

  @Override
  public boolean needsConfidentiality() {
    return true;
  }

  @Override
  public SaslExchange start(Context context) {
    return new SaslExchange() {
      @Override
      public boolean clientFirst() {
        return true;
      }

      @Override
      public SaslStep next(byte[] response) {
        return check(context, response);
      }
    };
  }

  private static SaslStep check(Context context, byte[] response) {
    int first = indexOfNul(response, 0);
    int second = first < 0 ? -1 : indexOfNul(response, first + 1);
    if (second < 0) {
      return new SaslStep.Malformed("fewer than three parts");
    }
    Optional<String> actAs = SaslText.decode(response, 0, first);
    Optional<String> name = SaslText.decode(response, first + 1, second);
    Optional<String> password = SaslText.decode(response, second + 1, response.length);
    if (actAs.isEmpty() || name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Malformed("a part is too long or isn't UTF-8");
    }
    return switch (new Credentials(name.get(), password.get()).check(context.users())) {
      // RFC 4616 §2.
      case SaslStep.Success(MailAddress user, Optional<byte[]> none) ->
        ActingAs.check(context.users(), user, actAs.get());
      case SaslStep other -> other;
    };
  }

  private static int indexOfNul(byte[] octets, int from) {
    for (int at = from; at < octets.length; at++) {
      if (octets[at] == 0) {
        return at;
      }
    }
    return -1;
  }
}
