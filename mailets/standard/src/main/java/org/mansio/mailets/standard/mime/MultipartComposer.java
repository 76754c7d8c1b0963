package org.mansio.mailets.standard.mime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;

/** Makes messages with several parts (RFC 2046 §5.1) in memory. Used by one thread; made for one message. */
public final class MultipartComposer {
  private static final byte[] CRLF = {'\r', '\n'};

  private final List<Part> parts = new ArrayList<>();

  /**
   * One part.
   *
   * @param contentType with its parameters
   * @param encoding the transfer encoding that the body is in already; empty for 7bit or 8bit, as the octets are
   * @param body lines end with CR LF
   */
  public record Part(String contentType, Optional<String> encoding, byte[] body) {
    /** A part whose octets are sent as they are. */
    public Part(String contentType, byte[] body) {
      this(contentType, Optional.empty(), body);
    }

    boolean isSevenBit() {
      return IntStream.range(0, body.length).allMatch(i -> body[i] > 0);
    }

    private byte[] octets() {
      ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 128);
      out.writeBytes(new Headers(List.of(
              HeaderField.of("Content-Type", contentType),
              HeaderField.of(
                  "Content-Transfer-Encoding", encoding.orElse(isSevenBit() ? "7bit" : "8bit"))))
          .octets());
      out.writeBytes(CRLF);
      out.writeBytes(body);
      return out.toByteArray();
    }
  }

  /** A text part that any server takes: quoted-printable where it isn't ASCII; line ends of any kind become CR LF. */
  public static Part text(String text) throws IOException {
    byte[] octets = text.replaceAll("\\r\\n|\\r|\\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    if (EncodedWords.isAscii(text)) {
      return new Part("text/plain; charset=us-ascii", octets);
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    EncoderUtil.encodeQ(new ByteArrayInputStream(octets), encoded);
    return new Part(
        "text/plain; charset=utf-8", Optional.of("quoted-printable"), encoded.toByteArray());
  }

  public MultipartComposer add(Part part) {
    parts.add(part);
    return this;
  }

  /** Whether nothing in it needs 8BITMIME (RFC 6152). */
  public boolean isSevenBit() {
    return parts.stream().allMatch(Part::isSevenBit);
  }

  /**
   * The message.
   *
   * @param headers its fields other than those of MIME
   * @param multipart the type with its parameters, without the boundary, such as {@code multipart/mixed}
   */
  public Message compose(Headers headers, String multipart) {
    List<byte[]> octets = parts.stream().map(Part::octets).toList();
    String boundary = boundary(octets);
    Headers all = headers
        .append(HeaderField.of("MIME-Version", "1.0"))
        .append(HeaderField.of("Content-Type", multipart + ";\r\n boundary=\"" + boundary + "\""))
        // RFC 2045 §6.2: a multipart says 8bit when a part of it does.
        .append(HeaderField.of("Content-Transfer-Encoding", isSevenBit() ? "7bit" : "8bit"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(all.octets());
    for (byte[] part : octets) {
      out.writeBytes(ascii("\r\n--" + boundary + "\r\n"));
      out.writeBytes(part);
    }
    out.writeBytes(ascii("\r\n--" + boundary + "--\r\n"));
    return Message.of(Content.of(out.toByteArray()));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // RFC 2046 §5.1.1: the boundary must not appear in a part. "=_" can't in one that is
  // quoted-printable or base64.
  private static String boundary(List<byte[]> parts) {
    List<String> texts = parts.stream()
        .map(part -> new String(part, StandardCharsets.ISO_8859_1))
        .toList();
    int number = 0;
    while (true) {
      String candidate = "=_mansio_" + number;
      if (texts.stream().noneMatch(text -> text.contains(candidate))) {
        return candidate;
      }
      number++;
    }
  }
}
