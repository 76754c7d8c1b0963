package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import org.mansio.protocols.smtp.ListenerSettings.AuthMode;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * AUTH (RFC 4954): its keyword with the mechanisms that may be used now, and its parameter of MAIL.
 *
 * @param mode when it is offered
 * @param mechanisms those of the listener, strongest first
 */
record AuthExtension(AuthMode mode, List<SaslMechanism> mechanisms, Services services)
    implements SmtpExtension {
  // RFC 4954 §3 (6): MAIL grows by 500 octets.
  private static final int EXTRA_OCTETS = 500;

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    List<String> offered = session.turned() ? List.of() : offered(session);
    return offered.isEmpty() ? List.of() : List.of("AUTH " + String.join(" ", offered));
  }

  /** The names of the mechanisms that a session may use now. */
  List<String> offered(SmtpSession session) {
    return usable(session).stream().map(SaslMechanism::name).toList();
  }

  private List<SaslMechanism> usable(SmtpSession session) {
    if (session.turned()) {
      // RFC 2645 §5: after the roles have changed nobody logs in any more.
      return List.of();
    }
    return mechanisms.stream()
        .filter(mechanism -> isAllowed(mechanism, session.tls()))
        .filter(mechanism -> mechanism.isUsable(context(session)))
        .toList();
  }

  SaslMechanism.Context context(SmtpSession session) {
    return new SaslContext(session, services, this);
  }

  /** The mechanism of that name, or of that other name, that a session may use now. */
  Optional<SaslMechanism> find(SmtpSession session, String name) {
    return usable(session).stream()
        .filter(mechanism -> isCalled(mechanism, name))
        .findFirst();
  }

  /** Whether TLS is all that a session lacks to use a mechanism. */
  boolean needsTls(SmtpSession session, String name) {
    return !session.tls()
        && mechanisms.stream()
            .anyMatch(mechanism -> isCalled(mechanism, name)
                && isAllowed(mechanism, true)
                && !isAllowed(mechanism, false));
  }

  private static boolean isCalled(SaslMechanism mechanism, String name) {
    return mechanism.name().equalsIgnoreCase(name)
        || mechanism.aliases().stream().anyMatch(name::equalsIgnoreCase);
  }

  private boolean isAllowed(SaslMechanism mechanism, boolean tls) {
    return switch (mode) {
      case OFF -> false;
      case TLS_ONLY -> tls;
      case PROTECTED -> tls || !mechanism.needsConfidentiality();
      case ALWAYS -> true;
    };
  }

  @Override
  public List<SmtpParameter> parameters() {
    return mode == AuthMode.OFF ? List.of() : List.of(new Auth());
  }

  /**
   * RFC 4954 §5: the identity of who first submitted the mail, as a peer says. Kept with the mail where the client may relay,
   * and so is trusted; else the mail goes on without it, which means what {@code AUTH=<>} does.
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
      if (!text.equals("<>") && !Xtext.isValid(text)) {
        return new Result.Refused<>(Replies.syntax("AUTH is <> or xtext"));
      }
      return new Result.Applied<>(
          session.mayRelay() ? envelope.withParameter(keyword(), text) : envelope);
    }
  }
}
