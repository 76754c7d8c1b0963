package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/**
 * Sends the octets of a message with its dots stuffed, block by block, never more than a few blocks ahead of the peer, so
 * that memory does not depend on the size of the message. A small message leaves in one write with the final dot.
 */
final class MessageWriter {
  private static final int BLOCK = 64 * 1024;
  private static final int BLOCKS_AHEAD = 3;

  /** Our own content can't be read: the transaction must not end with a dot, or the peer would take half a mail. */
  static final class UnreadableContent extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableContent(IOException cause) {
      super("the message can't be read: " + cause.getMessage(), cause);
    }
  }

  private final Wire wire;
  private final Duration patience;
  private final DotStuffer stuffer = new DotStuffer();
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
    Optional<byte[]> memory = content.inMemory();
    return memory.isPresent() ? send(memory.get()) : stream(content);
  }

  private boolean send(byte[] octets) throws IOException, InterruptedException {
    int offset = 0;
    while (octets.length - offset > BLOCK) {
      if (!sendBlock(octets, offset, BLOCK, false)) {
        return false;
      }
      offset += BLOCK;
    }
    return sendBlock(octets, offset, octets.length - offset, true);
  }

  private boolean stream(Content content) throws IOException, InterruptedException {
    byte[] block = new byte[BLOCK];
    long sent = 0;
    try (InputStream in = open(content)) {
      int length = read(in, block);
      while (length == BLOCK) {
        if (!sendBlock(block, 0, length, false)) {
          return false;
        }
        sent += length;
        length = read(in, block);
      }
      if (sent + length != content.size()) {
        throw new UnreadableContent(
            new IOException("it has " + (sent + length) + " octets instead of " + content.size()));
      }
      return sendBlock(block, 0, length, true);
    }
  }

  private boolean sendBlock(byte[] octets, int offset, int length, boolean last)
      throws IOException, InterruptedException {
    if (wire.hasEvent()) {
      return false;
    }
    // Room for a stuffed dot now and then; the buffer grows when a message needs more.
    ByteBuf out = wire.allocator().buffer(length + length / 32 + 16);
    stuffer.stuff(octets, offset, length, out);
    if (last) {
      stuffer.finish(out);
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

  private static InputStream open(Content content) throws UnreadableContent {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UnreadableContent(e);
    }
  }

  private static int read(InputStream in, byte[] block) throws UnreadableContent {
    try {
      return in.readNBytes(block, 0, block.length);
    } catch (IOException e) {
      throw new UnreadableContent(e);
    }
  }
}
