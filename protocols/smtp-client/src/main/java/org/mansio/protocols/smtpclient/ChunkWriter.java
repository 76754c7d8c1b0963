package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

/**
 * Sends the octets of a message in chunks (BDAT, RFC 3030 §2), a few of them ahead of the peer's replies, so that memory does
 * not depend on the size of the message. LAST follows only once every chunk before it was taken: a peer that lost one and
 * takes the rest would deliver a message with a hole.
 */
final class ChunkWriter {
  private static final int CHUNKS_AHEAD = 3;

  private final Wire wire;
  private final Timeouts timeouts;
  private final Optional<LineEnds> lines;
  private Optional<Reply> refusal = Optional.empty();
  private int unanswered;

  /** @param body binary octets leave as they are; others get their line ends repaired as in DATA */
  ChunkWriter(Wire wire, Timeouts timeouts, BodyType body) {
    this.wire = wire;
    this.timeouts = timeouts;
    this.lines =
        body == BodyType.BINARY_MIME ? Optional.empty() : Optional.of(LineEnds.forChunks());
  }

  /**
   * Sends all of it.
   *
   * @return what the peer refused a chunk with: LAST was not sent then; empty when it was, and its reply is still to be read
   * @throws IOException when a reply doesn't come in time, or the content can't be read
   */
  Optional<Reply> send(Content content) throws IOException, InterruptedException {
    ContentBlocks.read(content, this::sendChunk);
    return refusal;
  }

  private boolean sendChunk(byte[] octets, int offset, int length, boolean last)
      throws IOException, InterruptedException {
    int ahead = last ? 0 : CHUNKS_AHEAD - 1;
    while (unanswered > ahead || unanswered > 0 && wire.hasEvent()) {
      readReply(timeouts.block());
    }
    if (refusal.isPresent()) {
      drain();
      return false;
    }
    ByteBuf chunk = wire.allocator().buffer(length + length / 32 + 16);
    if (lines.isPresent()) {
      lines.get().write(octets, offset, length, chunk);
      if (last) {
        lines.get().finish(chunk);
      }
    } else {
      chunk.writeBytes(octets, offset, length);
    }
    String command = "BDAT " + chunk.readableBytes() + (last ? " LAST" : "") + "\r\n";
    wire.write(
        Unpooled.wrappedBuffer(Unpooled.copiedBuffer(command, StandardCharsets.US_ASCII), chunk));
    unanswered += last ? 0 : 1;
    return true;
  }

  private void readReply(Duration patience) throws IOException, InterruptedException {
    Reply reply = wire.reply(patience, "BDAT");
    unanswered--;
    if (!reply.isPositive() && refusal.isEmpty()) {
      refusal = Optional.of(reply);
    }
  }

  /** RFC 3030 §2: each chunk that was sent is answered, those behind a refused one too. */
  private void drain() throws IOException, InterruptedException {
    while (unanswered > 0 && refusal.filter(Reply::isClosing).isEmpty()) {
      readReply(timeouts.block());
    }
  }
}
