package org.mansio.mailets.delivery.route;

import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/** Names of domains in settings: {@code example.org}, or {@code .example.org} for all below it. */
public final class DomainPattern {
  private DomainPattern() {}

  /**
   * Reads one, in the form that domains of recipients have: lower case, A-labels (RFC 5890 §2.3.2.1).
   *
   * @throws InvalidSettingException for what no domain can match
   */
  public static String parse(String text) throws InvalidSettingException {
    String dot = text.startsWith(".") ? "." : "";
    try {
      MailAddress any = MailAddress.parse("any@" + text.substring(dot.length()));
      if (!any.isLiteral()) {
        return dot + any.domain();
      }
    } catch (InvalidAddressException e) {
      // Said below, with the text as it was written.
    }
    throw new InvalidSettingException(
        "'" + text + "' isn't a domain such as example.org or .example.org (all below it)");
  }
}
