package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Event;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.ByteSequence;
import org.mansio.spi.mail.Message;

/**
 * Walks through the entities of a message in their order, those of enclosed messages (message/rfc822) included. A signed or
 * encrypted multipart (RFC 1847) is one leaf, since its octets must not change. Used by one thread.
 */
final class EntityWalk {
  /** Multiparts and messages within each other; each costs a layer of streams. */
  static final int MAX_DEPTH = 50;

  private static final int MAX_FIELDS = 10_000;
  private static final Set<String> SEALED = Set.of("multipart/signed", "multipart/encrypted");

  private final MimeTokenStream tokens;
  private String declaredType = "";
  private boolean invalidLine;

  EntityWalk(InputStream in) {
    MimeConfig limits = MimeConfig.custom()
        .setMaxHeaderLen(Message.MAX_HEADER_OCTETS)
        .setMaxHeaderCount(MAX_FIELDS)
        .setMaxLineLen(Message.MAX_HEADER_OCTETS)
        .setMaxContentLen(-1)
        .build();
    tokens = new MimeTokenStream(limits, new Complaints(), null);
    tokens.parse(in);
  }

  /** mime4j goes over a line of a header that is no field, and says so here. */
  private final class Complaints extends DecodeMonitor {
    @Override
    public boolean warn(String error, String dropDesc) {
      invalidLine |= error.contains(Event.INVALID_HEADER.toString());
      return false;
    }

    @Override
    public boolean isListening() {
      return true;
    }
  }

  EntityState state() {
    return tokens.getState();
  }

  /** The next event. @throws MimeException when the message is malformed or beyond a limit */
  EntityState next() throws IOException, MimeException {
    EntityState before = state();
    boolean sealed = before == EntityState.T_END_HEADER && SEALED.contains(declaredType);
    if (sealed) {
      tokens.setRecursionMode(RecursionMode.M_FLAT);
    }
    invalidLine = false;
    EntityState state = tokens.next();
    // A part without any field begins with an empty line, which mime4j complains of too.
    if (invalidLine && (before == EntityState.T_FIELD || state == EntityState.T_FIELD)) {
      throw new MimeException("a line of a header isn't a field");
    }
    if (sealed) {
      tokens.setRecursionMode(RecursionMode.M_RECURSE);
    }
    if (state == EntityState.T_START_HEADER) {
      declaredType = "";
    } else if (state == EntityState.T_FIELD && declaredType.isEmpty()) {
      declaredType = typeOf(field());
    }
    return state;
  }

  /** The media type, lower case, where the field is a Content-Type; empty otherwise. */
  private static String typeOf(Field field) {
    return field.getName().strip().equalsIgnoreCase("Content-Type")
        ? field.getBody().split(";", 2)[0].strip().toLowerCase(Locale.ROOT)
        : "";
  }

  /** Whether the present entity says that it is a multipart; one without a boundary is a leaf all the same. */
  boolean isDeclaredMultipart() {
    return declaredType.startsWith("multipart/");
  }

  /** What the present body or multipart is; known once it has begun. */
  BodyDescriptor descriptor() {
    return tokens.getBodyDescriptor();
  }

  Field field() {
    return tokens.getField();
  }

  /** The present field's octets, each as a character, without the final line end. */
  String rawField() {
    ByteSequence raw = tokens.getField().getRaw();
    return new String(raw.toByteArray(), java.nio.charset.StandardCharsets.ISO_8859_1)
        .stripTrailing();
  }

  /** The present body as it stands. */
  InputStream body() {
    return tokens.getInputStream();
  }

  /** The present body, its transfer encoding undone. */
  InputStream decodedBody() {
    return tokens.getDecodedInputStream();
  }

  static boolean isSealed(BodyDescriptor descriptor) {
    return SEALED.contains(type(descriptor));
  }

  static String type(BodyDescriptor descriptor) {
    return descriptor.getMimeType().toLowerCase(Locale.ROOT);
  }
}
