package org.mansio.protocols.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The encoding of parameter values in RFC 3461 §4: printable ASCII, with {@code +} and two hexadecimal digits for others. */
final class Xtext {
  // xchar is "!" to "~" but for "+" and "=".
  private static final Pattern VALID = Pattern.compile("(?:[!-*,-<>-~]|\\+[0-9A-F]{2})+");

  private Xtext() {}

  static boolean isValid(String text) {
    return VALID.matcher(text).matches();
  }

  /** What a text stands for, as UTF-8; empty when it isn't xtext or stands for something else. */
  static Optional<String> decode(String text) {
    if (!isValid(text)) {
      return Optional.empty();
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '+') {
        octets.write(Integer.parseInt(text, at + 1, at + 3, 16));
        at += 2;
      } else {
        octets.write(text.charAt(at));
      }
    }
    try {
      return Optional.of(StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
