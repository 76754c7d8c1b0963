package org.mansio.protocols.smtp.sasl;

import java.util.Optional;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;

/** PLAIN (RFC 4616): authorisation identity, NUL, name, NUL, password, all in one response. */
public final class PlainMechanism implements SaslMechanism {
  @Override
  public String name() {
    return "PLAIN";
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
    Optional<String> actAs = Credentials.text(response, 0, first);
    Optional<String> name = Credentials.text(response, first + 1, second);
    Optional<String> password = Credentials.text(response, second + 1, response.length);
    if (actAs.isEmpty() || name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Malformed("a part is too long or isn't UTF-8");
    }
    SaslStep step = new Credentials(name.get(), password.get()).check(context.users());
    // Nobody may act as somebody else (RFC 4616 §2); to name oneself is allowed.
    return step instanceof SaslStep.Success success && !isSelf(actAs.get(), name.get(), success)
        ? new SaslStep.Rejected(name.get() + " may not act as somebody else")
        : step;
  }

  private static boolean isSelf(String actAs, String name, SaslStep.Success success) {
    return actAs.isEmpty()
        || actAs.equals(name)
        || actAs.equalsIgnoreCase(success.user().toString());
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
