package org.mansio.server.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Turns a local part or a domain into one file name and back. Letters, digits and {@code _ + = - .} stay; every other octet
 * of the UTF-8 form becomes {@code %XX}, a dot at the start too. So no name leaves its directory or hides, two texts never
 * share a name, and the names are ASCII, which every locale of the JVM can write.
 */
final class SafeName {
  private static final String PLAIN = "_+=-.";
  private static final char ESCAPE = '%';
  // An escape is followed by digits otherwise.
  private static final String EMPTY = "%";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private SafeName() {}

  /** The file name: at most three times as long as the text's octets, never empty. */
  static String encode(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    StringBuilder name = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xFF);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
      if (plain && !(c == '.' && name.isEmpty())) {
        name.append(c);
      } else {
        name.append(ESCAPE);
        HEX.toHexDigits(name, octet);
      }
    }
    return name.toString();
  }

  /**
   * The text that {@link #encode} made the name of.
   *
   * @throws IllegalArgumentException when an escape isn't whole
   */
  static String decode(String name) {
    if (name.equals(EMPTY)) {
      return "";
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != ESCAPE) {
        octets.write(c);
      } else if (i + 2 < name.length()) {
        octets.write(HexFormat.fromHexDigits(name, i + 1, i + 3));
        i += 2;
      } else {
        throw new IllegalArgumentException("not an escaped name: " + name);
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }
}
