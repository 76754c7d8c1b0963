package org.mansio.mailets.delivery;

import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Strings as JSON has them (RFC 8259 §7). */
public final class JsonText {
  private JsonText() {}

  /** A list of strings. */
  public static String quote(Collection<String> texts) {
    return texts.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]"));
  }

  /** A string with its quotation marks. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
