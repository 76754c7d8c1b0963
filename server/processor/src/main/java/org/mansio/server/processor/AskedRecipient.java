package org.mansio.server.processor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.mansio.spi.mail.Recipient;

/** The address that a recipient had when the mail came, as its ORCPT parameter keeps it (RFC 3461 §4.2). */
final class AskedRecipient {
  private static final String TYPE = "rfc822;";
  private static final int HEX_DIGITS = 2;

  private AskedRecipient() {}

  /** The address now for a recipient without that parameter, or with one of another type. */
  static String of(Recipient recipient) {
    return recipient
        .originalRecipient()
        .filter(given -> given.toLowerCase(Locale.ROOT).startsWith(TYPE))
        .map(given -> decode(given.substring(TYPE.length())))
        .orElse(recipient.address().toString());
  }

  /** RFC 3461 §4: xtext; what isn't stays as it is. */
  private static String decode(String xtext) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < xtext.length(); i++) {
      char c = xtext.charAt(i);
      int end = i + 1 + HEX_DIGITS;
      if (c == '+' && end <= xtext.length() && isHex(xtext, i + 1, end)) {
        octets.write(HexFormat.fromHexDigits(xtext, i + 1, end));
        i += HEX_DIGITS;
      } else {
        octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }

  private static boolean isHex(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(HexFormat::isHexDigit);
  }
}
