package org.mansio.spi.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message (RFC 5322): content whose headers are read only when somebody asks, and whose body is only ever a stream.
 * Immutable; thread-safe. A prepended header costs no reading of the message at all.
 */
public final class Message {
  /** The largest header section that is read, in octets; what lies beyond counts as body. */
  public static final int MAX_HEADER_OCTETS = 1 << 20;

  private static final byte[] CRLF = {'\r', '\n'};

  private final Content content;
  private volatile @Nullable Parsed parsed;

  private record Parsed(Headers headers, long bodyOffset) {}

  private Message(Content content) {
    this.content = content;
  }

  /** The message with that content. */
  public static Message of(Content content) {
    return new Message(content);
  }

  /** A message in memory, for notices and tests; line ends of any kind become CR LF. */
  public static Message of(String text) {
    return of(
        Content.of(text.replaceAll("\\r\\n|\\r|\\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** All octets, headers and body. */
  public Content content() {
    return content;
  }

  /** Octets of headers and body together. */
  public long size() {
    return content.size();
  }

  /**
   * The header fields, read at the first call.
   *
   * @throws IOException when the content can't be read
   */
  public Headers headers() throws IOException {
    return parsed().headers();
  }

  /**
   * The octets behind the empty line that ends the headers; the caller closes the stream.
   *
   * @throws IOException when the content can't be read
   */
  public InputStream body() throws IOException {
    long offset = parsed().bodyOffset();
    InputStream in = content.open();
    try {
      in.skipNBytes(offset);
    } catch (IOException e) {
      in.close();
      throw e;
    }
    return in;
  }

  /** Octets of the body. */
  public long bodySize() throws IOException {
    return content.size() - parsed().bodyOffset();
  }

  /** The same body under other headers. */
  public Message withHeaders(Headers headers) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(headers.octets());
    head.writeBytes(CRLF);
    return new Message(Content.prepend(head.toByteArray(), content, parsed().bodyOffset()));
  }

  /** The same headers over another body. */
  public Message withBody(byte[] body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(headers().octets());
    all.writeBytes(CRLF);
    all.writeBytes(body);
    return new Message(Content.of(all.toByteArray()));
  }

  /** With fields on top; nothing of the message is read, and what stands below stays byte-identical. */
  public Message prepend(HeaderField... fields) {
    return new Message(Content.prepend(new Headers(List.of(fields)).octets(), content, 0));
  }

  private Parsed parsed() throws IOException {
    Parsed result = parsed;
    if (result == null) {
      try (InputStream in = content.open()) {
        result = parse(in);
      }
      parsed = result;
    }
    return result;
  }

  private static Parsed parse(InputStream in) throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    String name = "";
    long offset = 0;
    HeaderLines lines = new HeaderLines(in, MAX_HEADER_OCTETS);
    while (offset < MAX_HEADER_OCTETS) {
      int length = lines.next();
      String text = lines.text();
      if (text.isEmpty()) {
        offset += length;
        break;
      }
      if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
        current.append("\r\n").append(text);
      } else {
        int colon = text.indexOf(':');
        if (colon <= 0) {
          // Not a field: the body starts here without its empty line.
          break;
        }
        addField(fields, name, current);
        name = text.substring(0, colon).stripTrailing();
        current.append(text);
      }
      offset += length;
    }
    addField(fields, name, current);
    return new Parsed(new Headers(fields), offset);
  }

  private static void addField(List<HeaderField> fields, String name, StringBuilder raw) {
    if (!name.isEmpty()) {
      fields.add(new HeaderField(name, raw.toString()));
    }
    raw.setLength(0);
  }
}
