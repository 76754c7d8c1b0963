package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/** REQUIRETLS (RFC 8689 §2): a mail that may only travel under verified TLS; offered and taken under TLS alone. */
final class RequireTlsExtension implements SmtpExtension {
  @Override
  public String name() {
    return "requiretls";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return session.tls() ? List.of(Envelope.REQUIRE_TLS) : List.of();
  }

  @Override
  public List<SmtpParameter> parameters() {
    // RFC 8689 §2 (6).
    return List.of(new MailParameter(Envelope.REQUIRE_TLS, 11, RequireTlsExtension::apply));
  }

  private static SmtpParameter.Result<Envelope> apply(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    if (value.isPresent()) {
      return MailParameter.malformed("REQUIRETLS has no value");
    }
    // RFC 8689 §4.1: it isn't offered without TLS, so that nobody may use it.
    return session.tls()
        ? MailParameter.taken(envelope.withParameter(Envelope.REQUIRE_TLS, ""))
        : new SmtpParameter.Result.Refused<>(
            SmtpReply.of(530, "5.7.10", "REQUIRETLS needs TLS: STARTTLS first"));
  }
}
