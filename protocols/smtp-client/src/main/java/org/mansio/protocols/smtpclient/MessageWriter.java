package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.mansio.spi.mail.Content;

/**
 * Sends the octets of a message behind DATA with its dots stuffed, block by block, never more than a few blocks ahead of the
 * peer, so that memory does not depend on the size of the message. A small message leaves in one write with the final dot.
 */
final class MessageWriter {
  private static final int BLOCKS_AHEAD = 3;

  private final Wire wire;
  private final Duration patience;
  private final LineEnds lines = LineEnds.forData();
  private final Deque<ChannelFuture> ahead = new ArrayDeque<>();

  MessageWriter(Wire wire, Duration patience) {
    this.wire = wire;
    this.patience = patience;
  }

  /**
   * Sends all of it and the final dot.
   *
   * @return false when the peer answered, or was lost, before the end: the dot was not sent then
   * @throws IOException when a block can't be sent in time, or the content can't be read
   */
  boolean send(Content content) throws IOException, InterruptedException {
    return ContentBlocks.read(content, this::sendBlock);
  }

  private boolean sendBlock(byte[] octets, int offset, int length, boolean last)
      throws IOException, InterruptedException {
    if (wire.hasEvent()) {
      return false;
    }
    // Room for a stuffed dot now and then; the buffer grows when a message needs more.
    ByteBuf out = wire.allocator().buffer(length + length / 32 + 16);
    lines.write(octets, offset, length, out);
    if (last) {
      lines.finish(out);
    }
    ahead.add(wire.write(out));
    return ahead.size() <= BLOCKS_AHEAD || written(ahead.removeFirst());
  }

  private boolean written(ChannelFuture block) throws IOException, InterruptedException {
    try {
      wire.awaitWritten(block, patience);
      return true;
    } catch (IOException e) {
      // A peer that refuses a message early may close at once: what it said counts, if it said
      // something.
      if (wire.hasEvent()) {
        return false;
      }
      throw e;
    }
  }
}
