package org.mansio.mailets.antispam.milter;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;

/**
 * A new body as it comes, written to the queue's storage. Line ends become CR LF, since only those may leave (RFC 5321
 * §2.3.8), except in a binary message. Not thread-safe.
 */
final class BodyReplacement implements Closeable {
  /** A milter that doesn't end must not fill the disk. */
  private static final long MAX_SIZE = 1L << 30;

  private final ContentWriter writer;
  private final boolean binary;
  private boolean behindReturn;
  private boolean eightBit;

  /** @param writer where to; this object closes it unless {@link #finish} was called */
  BodyReplacement(ContentWriter writer, boolean binary) {
    this.writer = writer;
    this.binary = binary;
  }

  /** @throws IOException when it can't be stored, or has become too large */
  void append(byte[] octets) throws IOException {
    if (writer.size() + octets.length > MAX_SIZE) {
      throw new MilterException("replaces the body with more than " + MAX_SIZE + " octets");
    }
    for (byte octet : octets) {
      eightBit |= octet < 0;
    }
    byte[] lines = binary ? octets : withLineEnds(octets);
    writer.write(lines, 0, lines.length);
  }

  private byte[] withLineEnds(byte[] octets) {
    byte[] result = new byte[2 * octets.length + 1];
    int length = 0;
    for (byte octet : octets) {
      if (octet != '\n' && behindReturn) {
        // The return was a line end by itself.
        result[length++] = '\n';
      } else if (octet == '\n' && !behindReturn) {
        result[length++] = '\r';
      }
      result[length++] = octet;
      behindReturn = octet == '\r';
    }
    return Arrays.copyOf(result, length);
  }

  /** Whether there are octets over 127 in it. */
  boolean eightBit() {
    return eightBit;
  }

  ContentWriter writer() {
    return writer;
  }

  /** The body; the writer is the caller's to close from now on. */
  Content finish() throws IOException {
    if (behindReturn) {
      writer.write(new byte[] {'\n'}, 0, 1);
      behindReturn = false;
    }
    return writer.finish();
  }

  @Override
  public void close() {
    writer.close();
  }
}
