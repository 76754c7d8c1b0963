package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/** Reads a message block by block. */
final class ContentBlocks {
  /** Octets of each block but the last. */
  static final int BLOCK = 64 * 1024;

  /** Who gets the blocks. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes a block.
     *
     * @param last whether none follows; the last one may be empty
     * @return whether to go on
     */
    boolean take(byte[] octets, int offset, int length, boolean last)
        throws IOException, InterruptedException;
  }

  private ContentBlocks() {}

  /**
   * Gives all blocks to the sink, until it has enough.
   *
   * @return what the sink answered to the last block it got
   * @throws UnreadableContent when the content can't be read, or isn't of the size it says; the last block isn't given then
   */
  static boolean read(Content content, Sink sink) throws IOException, InterruptedException {
    Optional<byte[]> memory = content.inMemory();
    return memory.isPresent() ? readMemory(memory.get(), sink) : readStream(content, sink);
  }

  private static boolean readMemory(byte[] octets, Sink sink)
      throws IOException, InterruptedException {
    int offset = 0;
    while (octets.length - offset > BLOCK) {
      if (!sink.take(octets, offset, BLOCK, false)) {
        return false;
      }
      offset += BLOCK;
    }
    return sink.take(octets, offset, octets.length - offset, true);
  }

  private static boolean readStream(Content content, Sink sink)
      throws IOException, InterruptedException {
    byte[] block = new byte[BLOCK];
    long read = 0;
    try (InputStream in = open(content)) {
      int length = fill(in, block);
      while (length == BLOCK) {
        if (!sink.take(block, 0, length, false)) {
          return false;
        }
        read += length;
        length = fill(in, block);
      }
      if (read + length != content.size()) {
        throw new UnreadableContent(
            new IOException("it has " + (read + length) + " octets instead of " + content.size()));
      }
      return sink.take(block, 0, length, true);
    }
  }

  private static InputStream open(Content content) throws UnreadableContent {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UnreadableContent(e);
    }
  }

  private static int fill(InputStream in, byte[] block) throws UnreadableContent {
    try {
      return in.readNBytes(block, 0, block.length);
    } catch (IOException e) {
      throw new UnreadableContent(e);
    }
  }
}
