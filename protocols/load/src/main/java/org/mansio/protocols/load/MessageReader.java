package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message up to its end (RFC 5321 §4.1.1.4) in whatever pieces it comes, and finds its id. It looks at line ends only,
 * beyond the header. Not thread-safe; for one message.
 */
final class MessageReader {
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final int END_LENGTH = 3;

  /** A longer line isn't looked at. */
  private static final int MAX_HEADER_LINE = 1 << 14;

  private final Optional<OutputStream> copy;
  private boolean inHeader = true;
  private boolean lineStart = true;
  private boolean afterCr;
  private long octets;
  private @Nullable MailId id;

  /** @param copy gets the message without its dot-stuffing */
  MessageReader(Optional<OutputStream> copy) {
    this.copy = copy;
  }

  /** Reads on. What it leaves in the buffer wants more behind it. @return whether the end was there */
  boolean take(ByteBuf in) throws IOException {
    while (in.isReadable()) {
      if (lineStart && in.getByte(in.readerIndex()) == '.') {
        if (in.readableBytes() < END_LENGTH) {
          return false;
        }
        if (in.getByte(in.readerIndex() + 1) == CR && in.getByte(in.readerIndex() + 2) == LF) {
          in.skipBytes(END_LENGTH);
          return true;
        }
        // RFC 5321 §4.5.2: the first dot of a line was added.
        in.skipBytes(1);
        lineStart = false;
      }
      int length = in.bytesBefore(LF);
      if (length < 0 && inHeader && in.readableBytes() < MAX_HEADER_LINE) {
        return false;
      }
      if (length < 0) {
        lineStart = false;
        afterCr = in.getByte(in.writerIndex() - 1) == CR;
        consume(in, in.readableBytes());
      } else {
        line(in, length);
      }
    }
    return false;
  }

  private void line(ByteBuf in, int length) throws IOException {
    int start = in.readerIndex();
    boolean ends = length > 0 ? in.getByte(start + length - 1) == CR : afterCr;
    if (inHeader && ends) {
      header(in, start, start + length - 1);
    }
    consume(in, length + 1);
    lineStart = ends;
    afterCr = false;
  }

  private void header(ByteBuf in, int from, int to) {
    if (to <= from) {
      inHeader = false;
    } else if (id == null) {
      id = MailId.read(in, from, to);
    }
  }

  private void consume(ByteBuf in, int length) throws IOException {
    octets += length;
    if (copy.isPresent()) {
      in.readBytes(copy.get(), length);
    } else {
      in.skipBytes(length);
    }
  }

  /** Null until it was seen, and for a mail of another generator. */
  @Nullable
  MailId id() {
    return id;
  }

  /** Without the end, and without added dots. */
  long octets() {
    return octets;
  }

  /** What was copied is complete. */
  void close() throws IOException {
    if (copy.isPresent()) {
      copy.get().close();
    }
  }
}
