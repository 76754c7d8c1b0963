package org.mansio.mailets.delivery.route;

import java.net.IDN;
import java.util.Locale;
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
    String ascii;
    try {
      ascii = IDN.toASCII(text.substring(dot.length()), IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException e) {
      throw invalid(text);
    }
    if (ascii.isEmpty() || ascii.endsWith(".")) {
      throw invalid(text);
    }
    return dot + ascii.toLowerCase(Locale.ROOT);
  }

  private static InvalidSettingException invalid(String text) {
    return new InvalidSettingException(
        "'" + text + "' isn't a domain such as example.org or .example.org (all below it)");
  }
}
