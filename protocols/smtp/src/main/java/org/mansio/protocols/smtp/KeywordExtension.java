package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpSession;

/**
 * An extension that is nothing but a keyword, since what it promises holds everywhere: PIPELINING (RFC 2920),
 * ENHANCEDSTATUSCODES (RFC 2034), STARTTLS (RFC 3207).
 *
 * @param keyword the EHLO line
 * @param offered when
 */
record KeywordExtension(String keyword, Predicate<SmtpSession> offered) implements SmtpExtension {
  static KeywordExtension always(String keyword) {
    return new KeywordExtension(keyword, session -> true);
  }

  @Override
  public String name() {
    return keyword.toLowerCase(Locale.ROOT);
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return offered.test(session) ? List.of(keyword) : List.of();
  }
}
