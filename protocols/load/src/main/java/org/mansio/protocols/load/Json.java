package org.mansio.protocols.load;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes reports as JSON (RFC 8259), in one line: maps, lists, numbers, and everything else as a string. */
final class Json {
  private static final char LAST_CONTROL = 0x1f;

  private Json() {}

  static String of(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) {
    switch (value) {
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag.booleanValue());
      case List<?> elements -> {
        out.append('[');
        for (Iterator<?> i = elements.iterator(); i.hasNext(); ) {
          write(out, i.next());
          out.append(i.hasNext() ? "," : "");
        }
        out.append(']');
      }
      case Map<?, ?> entries -> {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = entries.entrySet().iterator(); i.hasNext(); ) {
          Map.Entry<?, ?> entry = i.next();
          string(out, String.valueOf(entry.getKey()));
          out.append(':');
          write(out, entry.getValue());
          out.append(i.hasNext() ? "," : "");
        }
        out.append('}');
      }
      default -> string(out, value.toString());
    }
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c <= LAST_CONTROL) {
        out.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
