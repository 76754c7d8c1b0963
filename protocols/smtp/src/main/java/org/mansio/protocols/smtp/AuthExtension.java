package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import org.mansio.protocols.smtp.ListenerSettings.AuthMode;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * AUTH (RFC 4954): its keyword with the mechanisms that may be used now, and its parameter of MAIL.
 *
 * @param mode when it is offered
 * @param mechanisms all there are
 */
record AuthExtension(AuthMode mode, List<SaslMechanism> mechanisms) implements SmtpExtension {
  // RFC 4954 §3 (6): MAIL grows by 500 octets.
  private static final int EXTRA_OCTETS = 500;

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    List<SaslMechanism> usable = session.turned() ? List.of() : usable(session.tls());
    return usable.isEmpty()
        ? List.of()
        : List.of(
            "AUTH " + String.join(" ", usable.stream().map(SaslMechanism::name).toList()));
  }

  /** The mechanisms that may be used on a connection with or without TLS. */
  List<SaslMechanism> usable(boolean tls) {
    return switch (mode) {
      case OFF -> List.of();
      case TLS_ONLY -> tls ? mechanisms : List.of();
      case ALWAYS -> mechanisms;
    };
  }

  @Override
  public List<SmtpParameter> parameters() {
    return mode == AuthMode.OFF ? List.of() : List.of(new Auth());
  }

  /**
   * RFC 4954 §5: the identity of who first submitted the mail, as a peer says. No peer is trusted in that, so it isn't kept:
   * the RFC then has the mail go on with {@code AUTH=<>}, which is what its absence means.
   */
  private static final class Auth implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "AUTH";
    }

    @Override
    public int extraOctets() {
      return EXTRA_OCTETS;
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      String text = value.orElse("");
      return text.equals("<>") || Xtext.isValid(text)
          ? new Result.Applied<>(envelope)
          : new Result.Refused<>(Replies.syntax("AUTH is <> or xtext"));
    }
  }
}
