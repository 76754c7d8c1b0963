package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.InputStream;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.stream.EntityState;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Message;

/** Whether a message is internationalised by its header fields (RFC 6532 §3). */
public final class InternationalFields {
  private InternationalFields() {}

  /**
   * Whether a field of the message, or of one of its parts, isn't ASCII. Where the parts are malformed the message's own
   * fields decide.
   *
   * @throws IOException when the content can't be read
   */
  public static boolean anyIn(Content content) throws IOException {
    if (Message.of(content).headers().fields().stream()
        .map(HeaderField::raw)
        .anyMatch(InternationalFields::isInternational)) {
      return true;
    }
    try (InputStream in = content.open()) {
      EntityWalk walk = new EntityWalk(in);
      int depth = 0;
      for (EntityState state = walk.state();
          state != EntityState.T_END_OF_STREAM && depth <= EntityWalk.MAX_DEPTH;
          state = walk.next()) {
        depth += step(state);
        if (state == EntityState.T_FIELD && isInternational(walk.rawField())) {
          return true;
        }
      }
    } catch (MimeException | MimeIOException e) {
      return false;
    }
    return false;
  }

  private static int step(EntityState state) {
    return switch (state) {
      case T_START_HEADER -> 1;
      case T_END_BODYPART, T_END_MESSAGE -> -1;
      case T_START_MESSAGE,
          T_START_BODYPART,
          T_FIELD,
          T_END_HEADER,
          T_START_MULTIPART,
          T_END_MULTIPART,
          T_PREAMBLE,
          T_EPILOGUE,
          T_BODY,
          T_RAW_ENTITY,
          T_END_OF_STREAM -> 0;
    };
  }

  private static boolean isInternational(String raw) {
    return raw.chars().anyMatch(c -> c > 127);
  }
}
