package org.mansio.protocols.smtp;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;

/**
 * Puts a message into the queue's storage as it arrives: the header section is held back until it is complete, looked at,
 * and written behind the fields that this server adds; all else passes through. Memory is bounded by {@link
 * #MAX_HELD_HEADER} and a piece, by {@link HeldHeaders} for all together, and by the queue's own buffer, whatever is sent: a
 * message that has become too large, or that can't be stored, is let go at once and the rest of it passes by. Not
 * thread-safe; for one message.
 */
final class MessageIntake implements DataScanner.Output, AutoCloseable {
  /** The largest header section that is looked at, in octets; of a larger one only the beginning. */
  static final int MAX_HELD_HEADER = 1 << 18;

  /** Held without asking: next to nothing beside the session itself. */
  static final int FIRST_SIZE = 4096;

  /** While the header section goes on, so much is looked at in one go: hardly any of a body is held with it. */
  private static final int PIECE = 1024;

  private static final byte[] EMPTY = new byte[0];

  private final ContentWriter writer;
  private final HeldHeaders ofAll;
  private final long maxSize;
  private final Function<HeaderFacts, byte[]> trace;
  private byte[] header = EMPTY;
  private int held;
  private boolean headerWritten;
  private HeaderFacts facts = HeaderFacts.UNKNOWN;
  private long size;
  private @Nullable IOException failure;

  /**
   * @param writer where to; this intake closes it
   * @param ofAll what may be held of all header sections together
   * @param maxSize octets as sent, without dot-stuffing and without what this server adds (RFC 1870 §3); 0 is no limit
   * @param trace the fields to put on top, each ended by CR LF, once it is known which are there
   */
  MessageIntake(
      ContentWriter writer, HeldHeaders ofAll, long maxSize, Function<HeaderFacts, byte[]> trace) {
    this.writer = writer;
    this.ofAll = ofAll;
    this.maxSize = maxSize;
    this.trace = trace;
  }

  @Override
  public void write(byte[] octets, int from, int to) {
    size += to - from;
    if (failure != null || tooLarge()) {
      letGo();
      return;
    }
    try {
      int at = from;
      while (!headerWritten && at < to) {
        int end = Math.min(to, at + PIECE);
        hold(octets, at, end);
        at = end;
      }
      if (at < to) {
        writer.write(octets, at, to - at);
      }
    } catch (IOException e) {
      failure = e;
      letGo();
    }
  }

  /** Octets of the message, as RFC 1870 counts them; also of what was let go. */
  long size() {
    return size;
  }

  boolean tooLarge() {
    return maxSize > 0 && size > maxSize;
  }

  /** What was in the header section; known once it is complete. */
  HeaderFacts facts() {
    return facts;
  }

  /**
   * The stored message.
   *
   * @throws IOException when it couldn't be stored; also when that was at the first octet
   */
  Content finish() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (!headerWritten) {
      // A message may be nothing but header fields (RFC 5322 §3.5).
      writeHeader(held, true);
    }
    return writer.finish();
  }

  /** Lets go of what wasn't enqueued. */
  @Override
  public void close() {
    letGo();
  }

  private void letGo() {
    dropHeader();
    writer.close();
  }

  private void dropHeader() {
    ofAll.giveBack(Math.max(0, header.length - FIRST_SIZE));
    header = EMPTY;
    held = 0;
  }

  private void hold(byte[] octets, int from, int to) throws IOException {
    int length = to - from;
    if (!hasRoom(held + length)) {
      writeHeader(held, false);
      writer.write(octets, from, length);
      return;
    }
    int searchFrom = Math.max(0, held - 3);
    System.arraycopy(octets, from, header, held, length);
    held += length;
    int end = endOfHeader(searchFrom);
    if (end >= 0) {
      writeHeader(end, true);
    } else if (held > MAX_HELD_HEADER) {
      writeHeader(held, false);
    }
  }

  private boolean hasRoom(int needed) {
    if (needed <= header.length) {
      return true;
    }
    int doubled = Math.max(FIRST_SIZE, Integer.highestOneBit(needed) << 1);
    int size = Math.min(doubled, MAX_HELD_HEADER + PIECE);
    if (!ofAll.take(size - Math.max(FIRST_SIZE, header.length))) {
      return false;
    }
    header = Arrays.copyOf(header, size);
    return true;
  }

  /** The length of the header section without the empty line behind it; -1 while that hasn't come. */
  private int endOfHeader(int from) {
    if (held >= 2 && header[0] == '\r' && header[1] == '\n') {
      return 0;
    }
    for (int at = from; at + 3 < held; at++) {
      if (header[at + 3] == '\n'
          && header[at] == '\r'
          && header[at + 1] == '\n'
          && header[at + 2] == '\r') {
        return at + 2;
      }
    }
    return -1;
  }

  private void writeHeader(int end, boolean whole) throws IOException {
    HeaderFacts seen = HeaderFacts.of(header, end);
    // What wasn't seen may be there: nothing is added twice.
    facts = whole ? seen : seen.ofBeginning();
    byte[] added = trace.apply(facts);
    writer.write(added, 0, added.length);
    writer.write(header, 0, held);
    headerWritten = true;
    dropHeader();
  }
}
