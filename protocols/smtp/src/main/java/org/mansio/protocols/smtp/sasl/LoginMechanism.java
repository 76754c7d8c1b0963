package org.mansio.protocols.smtp.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;

/**
 * LOGIN, which never became an RFC: the server asks for the name, then for the password. Clients look for these very
 * prompts; some send the name as initial response.
 */
public final class LoginMechanism implements SaslMechanism {
  private static final byte[] NAME_PROMPT = "Username:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PASSWORD_PROMPT = "Password:".getBytes(StandardCharsets.US_ASCII);

  @Override
  public String name() {
    return "LOGIN";
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
      Optional<String> text = Credentials.text(response, 0, response.length);
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
