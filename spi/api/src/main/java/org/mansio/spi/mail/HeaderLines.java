package org.mansio.spi.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines of a header section, one after the other; reads a little ahead. Lines end with LF or CR LF, or where the message
 * or the longest line ends. Not thread-safe.
 */
final class HeaderLines {
  /** Most header sections fit in. */
  private static final int FIRST_BUFFER = 2048;

  private final InputStream in;
  private final int longest;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int lineStart;
  private int lineEnd;
  private int filled;

  /**
   * @param in not closed
   * @param longest octets of a line, with its end; a longer one is cut there
   */
  HeaderLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** Goes on to the next line. @return its octets with its end; 0 when the message has ended */
  int next() throws IOException {
    lineStart = lineEnd;
    int at = lineStart;
    while (true) {
      int end = Math.min(filled, lineStart + longest);
      while (at < end) {
        if (buffer[at++] == '\n') {
          return endAt(at);
        }
      }
      if (at - lineStart >= longest) {
        return endAt(at);
      }
      at -= lineStart;
      boolean more = fill();
      at += lineStart;
      if (!more) {
        return endAt(at);
      }
    }
  }

  /** The current line without its end, each octet a character. */
  String text() {
    int end = lineEnd;
    if (end > lineStart && buffer[end - 1] == '\n') {
      end--;
      if (end > lineStart && buffer[end - 1] == '\r') {
        end--;
      }
    }
    return new String(buffer, lineStart, end - lineStart, StandardCharsets.ISO_8859_1);
  }

  private int endAt(int position) {
    lineEnd = position;
    return lineEnd - lineStart;
  }

  /** Reads on, behind what there is of the current line. @return false at the end of the message */
  private boolean fill() throws IOException {
    if (lineStart > 0) {
      System.arraycopy(buffer, lineStart, buffer, 0, filled - lineStart);
      filled -= lineStart;
      lineStart = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.readNBytes(buffer, filled, buffer.length - filled);
    filled += read;
    return read > 0;
  }
}
