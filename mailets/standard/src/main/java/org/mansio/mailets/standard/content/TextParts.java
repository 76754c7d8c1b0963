package org.mansio.mailets.standard.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.dom.field.ContentTypeField;
import org.apache.james.mime4j.field.ContentTypeFieldLenientImpl;
import org.apache.james.mime4j.stream.RawField;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;

/**
 * Finds where in the octets of a message the text stands that a reader sees first: the text itself, the forms of a
 * multipart/alternative, or the first part of another multipart. Positions instead of a tree, so that everything else stays
 * octet for octet.
 */
final class TextParts {
  /** Deeper than people nest; a message made to exhaust a parser is left alone. */
  private static final int MAX_DEPTH = 10;

  private static final int MAX_PARTS = 1000;

  private final byte[] octets;
  private final List<Part> found = new ArrayList<>();

  /**
   * A text part.
   *
   * @param start of its header, in octets from the start of the message
   * @param body where its body starts
   * @param end behind its body
   */
  record Part(int start, int body, int end, Headers headers, ContentTypeField type) {}

  /** The message can't be changed: signed, encrypted, a report, or malformed. */
  static final class LeftAloneException extends Exception {
    private static final long serialVersionUID = 1L;

    LeftAloneException(String reason) {
      super(reason);
    }
  }

  private record Range(int start, int end) {}

  private TextParts(byte[] octets) {
    this.octets = octets;
  }

  /** The text parts in their order; none when the message has none. */
  static List<Part> of(byte[] octets) throws LeftAloneException, IOException {
    TextParts search = new TextParts(octets);
    search.visit(new Range(0, octets.length), 0);
    return search.found;
  }

  private void visit(Range range, int depth) throws LeftAloneException, IOException {
    if (depth > MAX_DEPTH) {
      throw new LeftAloneException("parts nested deeper than " + MAX_DEPTH);
    }
    Message entity = Message.of(Content.of(Arrays.copyOfRange(octets, range.start(), range.end())));
    Headers headers = entity.headers();
    int body = range.end() - Math.toIntExact(entity.bodySize());
    ContentTypeField type = contentType(headers);
    String name =
        Optional.ofNullable(type.getMimeType()).orElse("text/plain").toLowerCase(Locale.ROOT);
    if (isSealed(name)) {
      throw new LeftAloneException(name);
    }
    if (name.equals("multipart/alternative")) {
      for (Range child : children(type, body, range.end())) {
        visit(child, depth + 1);
      }
    } else if (name.startsWith("multipart/")) {
      List<Range> children = children(type, body, range.end());
      if (!children.isEmpty()) {
        visit(children.getFirst(), depth + 1);
      }
    } else if ((name.equals("text/plain") || name.equals("text/html")) && !isAttachment(headers)) {
      found.add(new Part(range.start(), body, range.end(), headers, type));
    }
  }

  // What a signature covers (RFC 1847, RFC 8551) would no longer verify; reports (RFC 6522) are
  // read by machines.
  private static boolean isSealed(String type) {
    return switch (type) {
      case "multipart/signed", "multipart/encrypted", "multipart/report" -> true;
      case "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp" -> true;
      default -> false;
    };
  }

  private static boolean isAttachment(Headers headers) {
    return headers
        .value("Content-Disposition")
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("attachment"))
        .isPresent();
  }

  // RFC 2045 §5.2: text/plain where nothing is said.
  private static ContentTypeField contentType(Headers headers) {
    String value = headers.first("Content-Type").map(HeaderField::value).orElse("text/plain");
    return ContentTypeFieldLenientImpl.PARSER.parse(
        new RawField("Content-Type", value), DecodeMonitor.SILENT);
  }

  // RFC 2046 §5.1.1: a delimiter is a whole line; the line end before it belongs to it.
  private List<Range> children(ContentTypeField type, int from, int to) throws LeftAloneException {
    String boundary = type.getBoundary();
    if (boundary == null || boundary.isEmpty()) {
      throw new LeftAloneException("a multipart without a boundary");
    }
    byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.UTF_8);
    List<Range> children = new ArrayList<>();
    int childStart = -1;
    for (int line = from; line < to; line = nextLine(line, to)) {
      int rest = delimiterRest(delimiter, line, to);
      if (rest >= 0) {
        if (childStart >= 0) {
          children.add(new Range(childStart, Math.max(childStart, lineEndBefore(line))));
        }
        if (children.size() > MAX_PARTS) {
          throw new LeftAloneException("more than " + MAX_PARTS + " parts");
        }
        if (isClosing(rest, to)) {
          return children;
        }
        childStart = nextLine(line, to);
      }
    }
    throw new LeftAloneException("a multipart that isn't closed");
  }

  private int nextLine(int from, int to) {
    int at = from;
    while (at < to && octets[at] != '\n') {
      at++;
    }
    return Math.min(to, at + 1);
  }

  private int lineEndBefore(int line) {
    int end = line - 1;
    return end > 0 && octets[end - 1] == '\r' ? end - 1 : end;
  }

  /** Where the delimiter ends in this line; -1 when the line isn't one. */
  private int delimiterRest(byte[] delimiter, int line, int to) {
    int end = line + delimiter.length;
    if (end > to || !Arrays.equals(octets, line, end, delimiter, 0, delimiter.length)) {
      return -1;
    }
    int at = isClosing(end, to) ? end + 2 : end;
    while (at < to && octets[at] != '\n') {
      if (octets[at] != ' ' && octets[at] != '\t' && octets[at] != '\r') {
        return -1;
      }
      at++;
    }
    return end;
  }

  private boolean isClosing(int at, int to) {
    return at + 1 < to && octets[at] == '-' && octets[at + 1] == '-';
  }
}
