package org.mansio.protocols.smtp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.core.OctetSink;
import org.mansio.protocols.smtp.DataScanner.Framing;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;

/**
 * A message on its way in, by DATA or in chunks: its id, where its octets go, and what has been seen of them. Closing it lets go
 * of what wasn't enqueued. Not thread-safe; for one message.
 */
final class IncomingMessage implements AutoCloseable {
  private final MailId id = MailId.next();
  private final MessageIntake intake;
  /** Null where the lines of the message mean nothing: a binary one, whose octets are nobody's business (RFC 3030 §3). */
  private final @Nullable DataScanner scanner;

  IncomingMessage(
      Session session,
      ListenerOptions options,
      TraceFields traceFields,
      Framing framing,
      ContentWriter writer) {
    List<Recipient> recipients = List.copyOf(session.mail().recipients());
    intake = new MessageIntake(
        writer,
        HeldHeaders.OF_HEAP,
        options.maxMessageSize(),
        facts -> traceFields.of(session, id, recipients, facts));
    boolean binary = session.mail().body() == BodyType.BINARY_MIME;
    scanner = binary ? null : new DataScanner(options.bareLineFeed(), framing, intake);
  }

  MailId id() {
    return id;
  }

  MessageIntake intake() {
    return intake;
  }

  /** Octets of the message so far. */
  long size() {
    return intake.size();
  }

  /** Reads until the dot that ends the message (RFC 5321 §4.1.1.4), but no more than so many octets. */
  OctetSink untilTheDot(long limit) {
    if (scanner == null) {
      throw new IllegalStateException("a binary message has no dot at its end");
    }
    return new UntilTheDot(scanner, intake, limit);
  }

  /** The scanner, until too much has come. */
  private record UntilTheDot(DataScanner scanner, MessageIntake intake, long limit)
      implements OctetSink {
    @Override
    public int take(byte[] octets, int from, int to) {
      return scanner.take(octets, from, to);
    }

    @Override
    public boolean complete() {
      return scanner.complete() || intake.size() > limit;
    }
  }

  /** Takes the octets of a chunk, whatever they are. */
  void take(byte[] octets, int from, int to) {
    if (scanner == null) {
      intake.write(octets, from, to);
    } else {
      scanner.take(octets, from, to);
    }
  }

  /** The last chunk has come. */
  void end() {
    if (scanner != null) {
      scanner.end();
    }
  }

  /** Whether the end has come; always false for one in chunks until {@link #end}. */
  boolean complete() {
    return scanner == null || scanner.complete();
  }

  /** Whether there was a CR or LF that isn't part of a CR LF, where that isn't allowed. */
  boolean bareControl() {
    return scanner != null && scanner.bareControl();
  }

  /** Whether there was an octet over 127 in a message that has lines. */
  boolean eightBit() {
    return scanner != null && scanner.eightBit();
  }

  /** The longest line in octets, CR LF included; 0 where lines mean nothing. */
  long longestLine() {
    return scanner == null ? 0 : scanner.longestLine();
  }

  @Override
  public void close() {
    intake.close();
  }
}
