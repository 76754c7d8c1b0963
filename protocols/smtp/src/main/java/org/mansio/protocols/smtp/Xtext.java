package org.mansio.protocols.smtp;

import java.util.regex.Pattern;

/** The encoding of parameter values in RFC 3461 §4: printable ASCII, with {@code +} and two hexadecimal digits for others. */
final class Xtext {
  // xchar is "!" to "~" but for "+" and "=".
  private static final Pattern VALID = Pattern.compile("(?:[!-*,-<>-~]|\\+[0-9A-F]{2})+");

  private Xtext() {}

  static boolean isValid(String text) {
    return VALID.matcher(text).matches();
  }

  /** The octets behind valid xtext, read as ISO 8859-1. */
  static String decode(String text) {
    StringBuilder decoded = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '+') {
        decoded.append((char) Integer.parseInt(text, at + 1, at + 3, 16));
        at += 2;
      } else {
        decoded.append(c);
      }
    }
    return decoded.toString();
  }
}
