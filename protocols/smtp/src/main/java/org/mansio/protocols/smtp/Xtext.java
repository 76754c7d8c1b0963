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
}
