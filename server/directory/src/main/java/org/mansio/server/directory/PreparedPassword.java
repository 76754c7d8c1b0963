package org.mansio.server.directory;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * A password in the form that is hashed, so that the same characters typed on two systems are one password.
 *
 * <p>This is SASLprep (RFC 4013) as clients of SCRAM apply it, with two liberties: the tables are those of the running JDK's
 * Unicode version instead of 3.2, and text of mixed direction is taken. Spaces of any kind become the ASCII space, characters
 * that are commonly mapped to nothing go, the rest is normalised by NFKC. Control characters, private and unassigned code
 * points are prohibited.
 *
 * @param text not empty
 */
record PreparedPassword(String text) {
  /** In octets of UTF-8; a bound for the work that a stranger can cause. */
  static final int MAX_OCTETS = 1024;

  /** Empty when nothing is left or something prohibited is in it. */
  static Optional<PreparedPassword> of(String password) {
    if (password.length() > MAX_OCTETS) {
      return Optional.empty();
    }
    StringBuilder mapped = new StringBuilder();
    password
        .codePoints()
        .filter(c -> !isMappedToNothing(c))
        .forEach(c -> mapped.appendCodePoint(isSpace(c) ? ' ' : c));
    String text = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    boolean usable = !text.isEmpty()
        && text.getBytes(StandardCharsets.UTF_8).length <= MAX_OCTETS
        && text.codePoints().noneMatch(PreparedPassword::isProhibited);
    return usable ? Optional.of(new PreparedPassword(text)) : Optional.empty();
  }

  /** RFC 3454 table C.1.2. */
  private static boolean isSpace(int c) {
    return Character.getType(c) == Character.SPACE_SEPARATOR || c == 0x200B;
  }

  /** RFC 3454 table B.1, but for U+200B, which C.1.2 makes a space. */
  private static boolean isMappedToNothing(int c) {
    return c == 0x00AD
        || c == 0x034F
        || c == 0x1806
        || c >= 0x180B && c <= 0x180D
        || c == 0x200C
        || c == 0x200D
        || c == 0x2060
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFEFF;
  }

  /** RFC 3454 tables C.2 to C.9, by general category. */
  private static boolean isProhibited(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED -> true;
      default -> false;
    };
  }

  byte[] octets() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Never the text. */
  @Override
  public String toString() {
    return "a password";
  }
}
