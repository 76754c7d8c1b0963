package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/** SMTPUTF8 (RFC 6531): addresses and headers in UTF-8, for mails whose MAIL says so. */
final class Utf8Extension implements SmtpExtension {
  static final String KEYWORD = "SMTPUTF8";

  @Override
  public String name() {
    return "smtputf8";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    // RFC 6531 §3.1 (8): only together with 8BITMIME, which is always offered.
    return List.of(KEYWORD);
  }

  @Override
  public List<SmtpParameter> parameters() {
    // RFC 6531 §3.1 (6).
    return List.of(new MailParameter(KEYWORD, 10, Utf8Extension::apply));
  }

  private static SmtpParameter.Result<Envelope> apply(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    return value.isEmpty()
        ? MailParameter.taken(envelope.withSmtpUtf8(true))
        : MailParameter.malformed("SMTPUTF8 has no value");
  }
}
