package org.mansio.protocols.smtpclient;

import java.io.InputStream;
import org.mansio.spi.mail.Content;

/**
 * A line again and again, which nobody keeps: a message of any size.
 *
 * @param line with its CR LF
 * @param size octets
 */
public record RepeatedLine(byte[] line, long size) implements Content {
  @Override
  public InputStream open() {
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        return at == size ? -1 : line[(int) (at++ % line.length)] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) {
        int count = (int) Math.min(Math.min(length, size - at), line.length - at % line.length);
        System.arraycopy(line, (int) (at % line.length), target, offset, count);
        at += count;
        return count == 0 && length > 0 ? -1 : count;
      }
    };
  }
}
