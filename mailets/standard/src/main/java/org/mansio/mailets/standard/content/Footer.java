package org.mansio.mailets.standard.content;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.apache.james.mime4j.util.CharsetUtil;
import org.mansio.mailets.standard.content.TextParts.LeftAloneException;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;

/**
 * The footer as it goes into one text part: in the part's charset and transfer encoding where these can hold it, else the
 * part becomes UTF-8 or quoted-printable.
 *
 * @param plain lines end with CR LF
 * @param html without a line end around it
 */
record Footer(String plain, String html) {
  private static final byte[] CRLF = {'\r', '\n'};

  /** Transfer encodings of RFC 2045 §6. */
  private enum Encoding {
    IDENTITY,
    QUOTED_PRINTABLE,
    BASE64
  }

  /** The octets of the part, header and body, with the footer at its end. */
  byte[] addTo(TextParts.Part part, byte[] message) throws LeftAloneException, IOException {
    byte[] encoded = java.util.Arrays.copyOfRange(message, part.body(), part.end());
    byte[] head = java.util.Arrays.copyOfRange(message, part.start(), part.body());
    Encoding encoding = encoding(part.headers());
    Charset charset = charset(part);
    byte[] text = decode(encoded, encoding);
    if (new String(text, StandardCharsets.ISO_8859_1)
        .contains("-----BEGIN PGP SIGNED MESSAGE-----")) {
      throw new LeftAloneException("text signed by PGP");
    }
    boolean isHtml = "text/html".equalsIgnoreCase(part.type().getMimeType());
    String footer = isHtml ? html : plain;
    Headers headers = part.headers();
    if (!charset.newEncoder().canEncode(footer)) {
      text = transcode(text, charset).getBytes(StandardCharsets.UTF_8);
      charset = StandardCharsets.UTF_8;
      headers = headers.set(utf8Type(part));
    }
    byte[] result = insert(text, footer.getBytes(charset), isHtml);
    Encoding target = encoding == Encoding.IDENTITY && needsEncoding(text, result)
        ? Encoding.QUOTED_PRINTABLE
        : encoding;
    if (target != encoding) {
      headers = headers.set(HeaderField.of("Content-Transfer-Encoding", "quoted-printable"));
    }
    if (!headers.equals(part.headers())) {
      head = head(headers, part.start() == 0);
    }
    return concat(head, encode(result, target));
  }

  private static byte[] head(Headers headers, boolean isMessage) {
    // RFC 2045 §4: without this field a reader need not look at the others.
    Headers all = isMessage && !headers.contains("MIME-Version")
        ? headers.append(HeaderField.of("MIME-Version", "1.0"))
        : headers;
    return concat(all.octets(), CRLF);
  }

  private static Encoding encoding(Headers headers) throws LeftAloneException {
    String value =
        headers.value("Content-Transfer-Encoding").orElse("7bit").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "7bit", "8bit", "binary" -> Encoding.IDENTITY;
      case "quoted-printable" -> Encoding.QUOTED_PRINTABLE;
      case "base64" -> Encoding.BASE64;
      default -> throw new LeftAloneException("unknown transfer encoding");
    };
  }

  private static Charset charset(TextParts.Part part) throws LeftAloneException {
    String name = Optional.ofNullable(part.type().getCharset()).orElse("us-ascii");
    Charset charset = CharsetUtil.lookup(name);
    // Octets are searched for tags and appended to: that needs a charset that contains ASCII as it
    // is.
    if (charset == null
        || !charset.canEncode()
        || !"<\r\n".equals(new String("<\r\n".getBytes(charset), StandardCharsets.US_ASCII))) {
      throw new LeftAloneException("unknown charset");
    }
    return charset;
  }

  private static byte[] decode(byte[] body, Encoding encoding) throws LeftAloneException {
    try {
      return switch (encoding) {
        case IDENTITY -> body;
        case QUOTED_PRINTABLE -> readQuotedPrintable(body);
        case BASE64 -> readBase64(body);
      };
    } catch (IOException | IllegalArgumentException e) {
      throw new LeftAloneException("malformed transfer encoding");
    }
  }

  // Strict, unlike a reader's decoder: what it would skip would be lost here.
  private static byte[] readBase64(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    return Base64.getDecoder().decode(text.replaceAll("[\\r\\n\\t ]", ""));
  }

  private static byte[] readQuotedPrintable(byte[] body) throws IOException {
    try (QuotedPrintableInputStream in =
        new QuotedPrintableInputStream(new ByteArrayInputStream(body), true)) {
      return in.readAllBytes();
    }
  }

  private static byte[] encode(byte[] text, Encoding encoding) throws IOException {
    return switch (encoding) {
      case IDENTITY -> text;
      case QUOTED_PRINTABLE -> writeQuotedPrintable(text);
      case BASE64 -> concat(Base64.getMimeEncoder(76, CRLF).encode(text), CRLF);
    };
  }

  private static byte[] writeQuotedPrintable(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderUtil.encodeQ(new ByteArrayInputStream(text), out);
    return out.toByteArray();
  }

  private static String transcode(byte[] text, Charset charset) throws LeftAloneException {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(text))
          .toString();
    } catch (CharacterCodingException e) {
      throw new LeftAloneException("text that isn't " + charset);
    }
  }

  private static HeaderField utf8Type(TextParts.Part part) {
    StringBuilder value = new StringBuilder(part.type().getMimeType()).append("; charset=utf-8");
    part.type().getParameters().forEach((name, text) -> {
      if (!name.equalsIgnoreCase("charset")) {
        value.append("; ").append(EncoderUtil.encodeHeaderParameter(name, text));
      }
    });
    return HeaderField.of("Content-Type", value.toString());
  }

  private static byte[] insert(byte[] text, byte[] footer, boolean isHtml) {
    String view = new String(text, StandardCharsets.ISO_8859_1);
    String added = new String(footer, StandardCharsets.ISO_8859_1);
    if (isHtml) {
      int bodyEnd = view.toLowerCase(Locale.ROOT).lastIndexOf("</body");
      int at = bodyEnd < 0 ? view.length() : bodyEnd;
      return (view.substring(0, at) + added + view.substring(at))
          .getBytes(StandardCharsets.ISO_8859_1);
    }
    String separator = view.isEmpty() || view.endsWith("\n") ? "" : "\r\n";
    return (view + separator + added).getBytes(StandardCharsets.ISO_8859_1);
  }

  // A part that was 7-bit stays so (RFC 6152: the next hop may take nothing else).
  private static boolean needsEncoding(byte[] before, byte[] after) {
    return isSevenBit(before) && !isSevenBit(after);
  }

  private static boolean isSevenBit(byte[] octets) {
    return IntStream.range(0, octets.length).allMatch(i -> octets[i] >= 0);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(first.length + second.length);
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
