package org.mansio.spi.sasl;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * A name or password in the form that is compared or hashed, so that the same characters typed on two systems are one text.
 *
 * <p>This is SASLprep (RFC 4013) as clients of SCRAM apply it, with two liberties: the tables are those of the running JDK's
 * Unicode version instead of 3.2, and text of mixed direction is taken. Spaces of any kind become the ASCII space, characters
 * that are commonly mapped to nothing go, the rest is normalised by NFKC. Control characters, private and unassigned code
 * points are prohibited.
 */
public final class SaslPrep {
  /** In octets of UTF-8; a bound for the work that a stranger can cause. */
  public static final int MAX_OCTETS = 1024;

  private SaslPrep() {}

  /** The prepared text; empty when nothing is left, it is too long, or something prohibited is in it. */
  public static Optional<String> prepare(String text) {
    if (text.length() > MAX_OCTETS) {
      return Optional.empty();
    }
    StringBuilder mapped = new StringBuilder();
    text.codePoints()
        .filter(c -> !isMappedToNothing(c))
        .forEach(c -> mapped.appendCodePoint(isSpace(c) ? ' ' : c));
    String prepared = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    boolean usable = !prepared.isEmpty()
        && prepared.getBytes(StandardCharsets.UTF_8).length <= MAX_OCTETS
        && prepared.codePoints().noneMatch(SaslPrep::isProhibited);
    return usable ? Optional.of(prepared) : Optional.empty();
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
}
