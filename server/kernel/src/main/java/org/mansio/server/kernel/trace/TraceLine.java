package org.mansio.server.kernel.trace;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;

/** A trace event as a line of text, and back; the format stands in the package's description. */
final class TraceLine {
  private static final int FIXED_FIELDS = 5;

  private TraceLine() {}

  /** Adds it, with the final line feed. */
  static void write(TraceEvent event, StringBuilder line) {
    line.append(event.at())
        .append('\t')
        .append(event.id().value())
        .append('\t')
        .append(event.kind().name());
    line.append('\t');
    escape(event.where(), line);
    line.append('\t');
    escape(event.text(), line);
    if (!event.details().isEmpty()) {
      new TreeMap<>(event.details()).forEach((name, value) -> {
        line.append('\t');
        escape(name.replace('=', '-'), line);
        line.append('=');
        escape(value, line);
      });
    }
    line.append('\n');
  }

  /** Empty for a line that isn't whole, as the last one after a crash. */
  static Optional<TraceEvent> read(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length < FIXED_FIELDS) {
      return Optional.empty();
    }
    try {
      Map<String, String> details = new LinkedHashMap<>();
      for (int i = FIXED_FIELDS; i < fields.length; i++) {
        int equals = fields[i].indexOf('=');
        if (equals > 0) {
          details.put(
              unescape(fields[i].substring(0, equals)), unescape(fields[i].substring(equals + 1)));
        }
      }
      return Optional.of(new TraceEvent(
          Instant.parse(fields[0]),
          new MailId(fields[1]),
          TraceEvent.Kind.valueOf(fields[2]),
          unescape(fields[3]),
          unescape(fields[4]),
          details));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void escape(String text, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\t' -> to.append("\\t");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\\' -> to.append("\\\\");
        default -> to.append(c);
      }
    }
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escaped) {
        plain.append(
            switch (c) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> c;
            });
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
