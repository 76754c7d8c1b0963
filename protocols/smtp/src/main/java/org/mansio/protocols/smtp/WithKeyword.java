package org.mansio.protocols.smtp;

import org.mansio.spi.smtp.SmtpService;

/** The keyword of a Received header's "with" clause. */
final class WithKeyword {
  private WithKeyword() {}

  /** {@code SMTP}, {@code ESMTPSA}, {@code LMTPS} (RFC 3848), {@code UTF8SMTPSA} (RFC 6531 §4.3), …. */
  static String of(
      SmtpService service, boolean extended, boolean tls, boolean authenticated, boolean utf8) {
    boolean lmtp = service == SmtpService.LMTP;
    if (!lmtp && !extended) {
      return "SMTP";
    }
    String base = lmtp ? "LMTP" : utf8 ? "SMTP" : "ESMTP";
    return (utf8 ? "UTF8" : "") + base + (tls ? "S" : "") + (authenticated ? "A" : "");
  }
}
