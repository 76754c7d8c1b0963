package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.mansio.protocols.smtpclient.conversion.EntityPlan.Treatment;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

/** The first reading: finds out what has to be done with each entity, or why nothing can be done. Used once. */
final class Survey {
  /** Entities of one message: a plan for each is kept in memory. */
  static final int MAX_ENTITIES = 10_000;

  private static final int BLOCK = 16 * 1024;

  /** What was found. */
  sealed interface Answer {
    /** @param parts one for each entity, in the order of their headers */
    record Plan(List<EntityPlan> parts) implements Answer {}

    record Impossible(String reason) implements Answer {}
  }

  private static final class NotConvertible extends Exception {
    private static final long serialVersionUID = 1L;

    NotConvertible(String reason) {
      super(reason);
    }
  }

  private final boolean binary;
  private final boolean sevenBit;
  private final List<EntityPlan> parts = new ArrayList<>();
  private int depth;

  Survey(BodyType from, BodyType to) {
    binary = from == BodyType.BINARY_MIME;
    sevenBit = to == BodyType.SEVEN_BIT;
  }

  Answer of(Content content) throws IOException {
    try (InputStream in = content.open()) {
      EntityWalk walk = new EntityWalk(in);
      for (EntityState state = walk.state();
          state != EntityState.T_END_OF_STREAM;
          state = walk.next()) {
        look(walk, state);
      }
      return new Answer.Plan(List.copyOf(parts));
    } catch (NotConvertible e) {
      return new Answer.Impossible(String.valueOf(e.getMessage()));
    } catch (MimeException | MimeIOException e) {
      return new Answer.Impossible("it is malformed: " + e.getMessage());
    }
  }

  private void look(EntityWalk walk, EntityState state) throws IOException, NotConvertible {
    switch (state) {
      case T_START_HEADER -> {
        depth++;
        // A leaf replaces it when its body comes.
        parts.add(EntityPlan.OF_COMPOSITE);
        if (depth > EntityWalk.MAX_DEPTH || parts.size() > MAX_ENTITIES) {
          throw new NotConvertible("it has too many parts, or too deep within each other");
        }
      }
      case T_FIELD -> checkField(walk.rawField());
      case T_START_MULTIPART -> {
        if (EntityWalk.isSealed(walk.descriptor())) {
          throw new NotConvertible("its Content-Type is written in a way that hides a signature");
        }
      }
      case T_BODY -> parts.set(parts.size() - 1, leaf(walk));
      case T_END_BODYPART, T_END_MESSAGE -> depth--;
      case T_START_MESSAGE,
          T_START_BODYPART,
          T_END_HEADER,
          T_END_MULTIPART,
          T_PREAMBLE,
          T_EPILOGUE,
          T_RAW_ENTITY,
          T_END_OF_STREAM -> {}
    }
  }

  private void checkField(String raw) throws NotConvertible {
    // RFC 6532 lets header fields be UTF-8; no transfer encoding covers them.
    if (sevenBit && raw.chars().anyMatch(c -> c > 127)) {
      throw new NotConvertible("a header field isn't ASCII");
    }
    if (raw.replace("\r\n", "").indexOf('\r') >= 0 || raw.indexOf('\0') >= 0) {
      throw new NotConvertible("a header field holds a control character");
    }
  }

  private EntityPlan leaf(EntityWalk walk) throws IOException, NotConvertible {
    BodyDescriptor descriptor = walk.descriptor();
    OctetFacts facts = facts(walk.body());
    boolean fits = !(sevenBit && facts.eightBit())
        && !facts.longLine()
        && !facts.nul()
        && !(binary && facts.bareLineEnd());
    return new EntityPlan(
        fits ? Treatment.COPY : encoding(walk, descriptor, facts), facts.eightBit());
  }

  private static OctetFacts facts(InputStream body) throws IOException {
    OctetScanner scanner = new OctetScanner();
    byte[] block = new byte[BLOCK];
    for (int length = body.read(block); length >= 0; length = body.read(block)) {
      scanner.add(block, 0, length);
    }
    return scanner.facts();
  }

  private static Treatment encoding(EntityWalk walk, BodyDescriptor descriptor, OctetFacts facts)
      throws NotConvertible {
    String type = EntityWalk.type(descriptor);
    if (EntityWalk.isSealed(descriptor)) {
      // RFC 1847 §2.1: any change breaks the signature.
      throw new NotConvertible("its " + type + " part must not be changed");
    }
    if (walk.isDeclaredMultipart()) {
      // RFC 2045 §6.4: a multipart is never encoded.
      throw new NotConvertible("it is malformed: a multipart has no boundary");
    }
    // RFC 6532 §3.7, RFC 6533 §6: the global types may be encoded; other messages never are (RFC
    // 2046 §5.2).
    boolean global = type.startsWith("message/global");
    if (type.startsWith("message/") && !global) {
      throw new NotConvertible("its " + type + " part must not be encoded");
    }
    return switch (String.valueOf(descriptor.getTransferEncoding()).toLowerCase(Locale.ROOT)) {
      case "7bit", "8bit", "binary" ->
        (global || type.startsWith("text/")) && suitsQuotedPrintable(facts)
            ? Treatment.QUOTED_PRINTABLE
            : Treatment.BASE64;
      // Encoded already, but with octets that an encoding doesn't make: encoded once more.
      case "quoted-printable", "base64" -> Treatment.BASE64;
      default ->
        throw new NotConvertible(
            "a part has the transfer encoding " + descriptor.getTransferEncoding());
    };
  }

  /** Whether it is the shorter of both, and every CR LF is a line end (RFC 2045 §6.7). */
  private static boolean suitsQuotedPrintable(OctetFacts facts) {
    boolean shorter = facts.escapes() * 2 <= facts.total() / 3;
    return shorter && !facts.nul() && !facts.bareLineEnd();
  }
}
