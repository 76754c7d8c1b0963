package org.mansio.protocols.sasl.password;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;

/**
 * LOGIN, which never became an RFC: the server asks for the name, then for the password. Clients look for these very
 * prompts; some send the name as initial response.
 */
public final class LoginMechanism implements SaslMechanism {
  private static final String NAME = "LOGIN";
  private static final byte[] NAME_PROMPT = "Username:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PASSWORD_PROMPT = "Password:".getBytes(StandardCharsets.US_ASCII);

  public static SaslMechanismFactory factory() {
    return MechanismFactory.simple(
        NAME,
        "The same in two messages, for clients that don't know PLAIN; under TLS only.",
        true,
        new LoginMechanism());
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
    return new Exchange(context);
  }

  private static final class Exchange implements SaslExchange {
    private final Context context;
    private boolean asked;
    private @Nullable String name;

    Exchange(Context context) {
      this.context = context;
    }

    /** The server asks first, unless the name stands behind AUTH: both are in use. */
    @Override
    public boolean clientFirst() {
      return false;
    }

    @Override
    public boolean takesInitialResponse() {
      return true;
    }

    @Override
    public SaslStep next(byte[] response) {
      if (!asked && response.length == 0) {
        asked = true;
        return new SaslStep.Challenge(NAME_PROMPT);
      }
      asked = true;
      Optional<String> text = SaslText.decode(response, 0, response.length);
      if (text.isEmpty()) {
        return new SaslStep.Malformed("too long or not UTF-8");
      }
      String known = name;
      if (known == null) {
        name = text.get();
        return new SaslStep.Challenge(PASSWORD_PROMPT);
      }
      return new Credentials(known, text.get()).check(context.users());
    }
  }
}
