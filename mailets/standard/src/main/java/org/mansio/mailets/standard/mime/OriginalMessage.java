package org.mansio.mailets.standard.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mailet.Mail;

/** The mail that a notice is about, as a part of the notice. */
public final class OriginalMessage {
  /** More header fields than this aren't returned, in octets: enough to recognise any real message. */
  private static final int MAX_HEADERS = 64 << 10;

  private OriginalMessage() {}

  /**
   * Whether the message can be returned whole.
   *
   * @param limit in octets
   */
  public static boolean fits(Mail mail, long limit) {
    // RFC 3030 §3: binary content can't travel within a notice that goes as lines.
    return mail.message().size() <= limit && mail.envelope().body() != BodyType.BINARY_MIME;
  }

  /**
   * Whether it is internationalised (RFC 6532): it came with SMTPUTF8, so that its sender's side reads UTF-8, and has UTF-8
   * in an address or header field, so that only a peer with SMTPUTF8 can take what quotes it.
   */
  public static boolean isInternational(Mail mail) throws IOException {
    return mail.envelope().smtpUtf8()
        && (mail.envelope().hasInternationalAddress()
            || mail.message().headers().fields().stream()
                .anyMatch(field -> !EncodedWords.isAscii(field.raw())));
  }

  /** All of it: {@code message/rfc822} (RFC 2046 §5.2.1), {@code message/global} when international (RFC 6532 §3.7). */
  public static MultipartComposer.Part whole(Mail mail, long limit) throws IOException {
    byte[] octets =
        mail.message().content().bytes(Math.toIntExact(Math.min(limit, Integer.MAX_VALUE)));
    return new MultipartComposer.Part(
        isInternational(mail) ? "message/global" : "message/rfc822", octets);
  }

  /**
   * Its header fields: {@code text/rfc822-headers} (RFC 6522 §4), {@code message/global-headers} when international (RFC
   * 6533 §6.3).
   */
  public static MultipartComposer.Part headers(Mail mail) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (HeaderField field : mail.message().headers().fields()) {
      byte[] octets = new Headers(java.util.List.of(field)).octets();
      if (out.size() + octets.length > MAX_HEADERS) {
        break;
      }
      out.writeBytes(octets);
    }
    return new MultipartComposer.Part(
        isInternational(mail) ? "message/global-headers" : "text/rfc822-headers",
        out.toByteArray());
  }

  /** Its header fields as text to read, folded lines joined. */
  public static String headerText(Message message) throws IOException {
    StringBuilder text = new StringBuilder();
    for (HeaderField field : message.headers().fields()) {
      if (text.length() > MAX_HEADERS) {
        break;
      }
      text.append(field.name()).append(": ").append(field.value()).append('\n');
    }
    return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
