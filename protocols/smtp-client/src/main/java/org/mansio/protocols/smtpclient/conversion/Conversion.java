package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

/** The outcome of making a message fit for a host that takes less than the message needs (RFC 6152 §3, RFC 3030 §3). */
public sealed interface Conversion {
  /**
   * It fits now. The content is converted anew each time it is opened; nothing of it is kept.
   *
   * @param content MIME (RFC 2045), each part's octets the same as before once they are decoded
   */
  record Converted(Content content) implements Conversion {}

  /** It can't be made fit without damage. @param reason for the sender's report */
  record Impossible(String reason) implements Conversion {}

  /**
   * Encodes the parts that need it as quoted-printable or base64, whichever suits their octets, and leaves the others as they
   * are. Preambles and epilogues are left out. Reads the content twice.
   *
   * @param from what the message was sent as: a bare CR or LF is content where it was binary, else a line end to be repaired
   *     by who sends the result
   * @param to what the result may be at most: {@code SEVEN_BIT} or {@code EIGHT_BIT_MIME}; its lines are never longer than
   *     {@link OctetFacts#MAX_LINE}, those of header fields aside
   * @throws IOException when the content can't be read
   */
  static Conversion convert(Content content, BodyType from, BodyType to) throws IOException {
    return switch (new Survey(from, to).of(content)) {
      case Survey.Answer.Impossible impossible -> new Impossible(impossible.reason());
      case Survey.Answer.Plan plan -> new Converted(converted(content, plan.parts(), to));
    };
  }

  private static Content converted(Content content, List<EntityPlan> parts, BodyType to)
      throws IOException {
    long size = 0;
    try (InputStream in = new ConvertedStream(content.open(), parts, to)) {
      size = in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return new ConvertedContent(content, parts, to, size);
  }

  /** Converts as it is read. */
  record ConvertedContent(Content original, List<EntityPlan> parts, BodyType to, long size)
      implements Content {
    @Override
    public InputStream open() throws IOException {
      return new ConvertedStream(original.open(), parts, to);
    }
  }
}
