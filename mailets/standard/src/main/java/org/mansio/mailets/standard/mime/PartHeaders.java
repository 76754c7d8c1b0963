package org.mansio.mailets.standard.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.dom.field.ContentDispositionField;
import org.apache.james.mime4j.field.ContentDispositionFieldLenientImpl;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RawField;
import org.mansio.spi.mail.Message;

/** A look at the header fields of every part of a message, read as a stream: memory doesn't grow with the message. */
public final class PartHeaders {
  /** A part's header larger than this isn't read: the same limit as for a message's own. */
  private static final int MAX_HEADER = Message.MAX_HEADER_OCTETS;

  private static final int MAX_FIELDS = 10_000;

  private PartHeaders() {}

  /**
   * Whether some part is an attachment (RFC 2183 §2.2) whose file name fits. Parts behind a malformed one aren't seen.
   *
   * @param fileName gets the decoded name; empty when the part has none
   * @throws IOException when the content can't be read
   */
  public static boolean anyAttachment(Message message, Predicate<Optional<String>> fileName)
      throws IOException {
    if (!hasParts(message)) {
      return message.headers().value("Content-Disposition").stream()
          .anyMatch(value -> isAttachment(new RawField("Content-Disposition", value), fileName));
    }
    MimeConfig limits = MimeConfig.custom()
        .setMaxHeaderLen(MAX_HEADER)
        .setMaxHeaderCount(MAX_FIELDS)
        .setMaxLineLen(MAX_HEADER)
        .setMaxContentLen(-1)
        .build();
    MimeTokenStream tokens = new MimeTokenStream(limits);
    try (InputStream in = message.content().open()) {
      tokens.parse(in);
      for (EntityState state = tokens.getState();
          state != EntityState.T_END_OF_STREAM;
          state = tokens.next()) {
        if (state == EntityState.T_FIELD && isAttachment(tokens.getField(), fileName)) {
          return true;
        }
      }
      return false;
    } catch (MimeException e) {
      // Malformed: what could be read held no such attachment.
      return false;
    }
  }

  private static boolean hasParts(Message message) throws IOException {
    String type = message.headers().value("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    return type.startsWith("multipart/") || type.startsWith("message/");
  }

  private static boolean isAttachment(Field field, Predicate<Optional<String>> fileName) {
    if (!field.getName().equalsIgnoreCase("Content-Disposition")) {
      return false;
    }
    ContentDispositionField disposition =
        ContentDispositionFieldLenientImpl.PARSER.parse(field, DecodeMonitor.SILENT);
    return disposition.isAttachment()
        && fileName.test(Optional.ofNullable(disposition.getFilename()).map(EncodedWords::decode));
  }
}
