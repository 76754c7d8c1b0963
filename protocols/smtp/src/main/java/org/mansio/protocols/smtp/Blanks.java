package org.mansio.protocols.smtp;

/** Blanks in command lines: WSP of RFC 5234 §B.1, and no other white space of Unicode. */
final class Blanks {
  private Blanks() {}

  /** The text without blanks before and behind it (RFC 5321 §4.1.1). */
  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
