package org.mansio.mailets.standard.mime;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The encodings that addresses and ids travel in as DSN parameters (RFC 3461 §4, RFC 6533 §3). */
public final class Xtext {
  private static final Pattern HEX = Pattern.compile("\\+([0-9A-F]{2})");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");

  private Xtext() {}

  /** Encodes: "+", "=" and what isn't a visible ASCII character become "+" and two hexadecimal digits. */
  public static String encode(String text) {
    StringBuilder result = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 127 && octet != '+' && octet != '=') {
        result.append((char) octet);
      } else {
        result.append(String.format(Locale.ROOT, "+%02X", octet & 0xFF));
      }
    }
    return result.toString();
  }

  /** Decodes; a text that isn't printable ASCII afterwards, as RFC 3461 §4.2 and §4.4 ask, stays encoded. */
  public static String decode(String text) {
    String decoded = HEX.matcher(text).replaceAll(Xtext::octet);
    return PRINTABLE.matcher(decoded).matches() ? decoded : text;
  }

  private static String octet(MatchResult match) {
    return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16)));
  }

  /** Encodes an address in ASCII as utf-8-addr-xtext: what xtext encodes, and "\", become {@code \x{…}}. */
  public static String encodeUnicode(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints().forEach(c -> {
      if (c > ' ' && c < 127 && c != '+' && c != '=' && c != '\\') {
        result.append((char) c);
      } else {
        result.append(String.format(Locale.ROOT, "\\x{%X}", c));
      }
    });
    return result.toString();
  }

  /** The same encoding for what is encoded already but for its characters beyond ASCII: utf-8-addr-unitext. */
  public static String asciiOf(String unitext) {
    StringBuilder result = new StringBuilder();
    unitext.codePoints().forEach(c -> {
      if (c < 128) {
        result.append((char) c);
      } else {
        result.append(String.format(Locale.ROOT, "\\x{%X}", c));
      }
    });
    return result.toString();
  }
}
