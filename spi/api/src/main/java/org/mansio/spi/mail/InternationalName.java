package org.mansio.spi.mail;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A-labels for U-labels (RFC 5890 §2.3.2.1). The JDK has them by IDNA2003 (RFC 3490), which turns four characters into others
 * or into nothing that are letters of their own since IDNA2008 (RFC 5894 §7.2): with it, mail for one domain would go to
 * another.
 */
final class InternationalName {
  /** Sharp s, final sigma, and the two joiners. */
  private static final String DEVIATIONS = "\u00df\u03c2\u200c\u200d";

  private static final Pattern DEVIATION = Pattern.compile("[" + DEVIATIONS + "]");
  private static final Pattern AROUND_DEVIATIONS =
      Pattern.compile("(?<=[" + DEVIATIONS + "])|(?=[" + DEVIATIONS + "])");
  // RFC 3490 §3.1: what counts as a dot.
  private static final Pattern DOT = Pattern.compile("[.\u3002\uff0e\uff61]");
  // RFC 5890 §2.3.1, of the ASCII in a label.
  private static final Pattern LETTERS_DIGITS_HYPHENS =
      Pattern.compile("(?!-)[a-z0-9\\x{80}-\\x{10FFFF}-]+(?<!-)");

  private InternationalName() {}

  /**
   * The name with A-labels in lower case.
   *
   * @throws IllegalArgumentException when it can't be a name
   */
  static String toAscii(String name) {
    if (!DEVIATION.matcher(name).find()) {
      return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    }
    String[] labels = DOT.split(name, -1);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = DEVIATION.matcher(labels[i]).find()
          ? withDeviations(labels[i])
          : IDN.toASCII(labels[i], IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    }
    return String.join(".", labels);
  }

  /** The JDK prepares all but the four. */
  private static String withDeviations(String label) {
    StringBuilder prepared = new StringBuilder();
    for (String piece : AROUND_DEVIATIONS.split(label)) {
      prepared.append(
          DEVIATION.matcher(piece).matches() ? piece : IDN.toUnicode(IDN.toASCII(piece)));
    }
    String text = prepared.toString().toLowerCase(Locale.ROOT);
    if (!LETTERS_DIGITS_HYPHENS.matcher(text).matches()) {
      throw new IllegalArgumentException("not a label: " + text);
    }
    return "xn--" + Punycode.encode(text);
  }
}
