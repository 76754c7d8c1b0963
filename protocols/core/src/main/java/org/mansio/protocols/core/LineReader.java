package org.mansio.protocols.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts lines out of octets that come in any pieces. Only CR LF ends a line (RFC 5321 §2.3.8); a line ended by LF alone is
 * read to there and reported, so that the client learns why. Holds at most one line of the limit. Not thread-safe.
 */
final class LineReader {
  private static final byte[] EMPTY = new byte[0];

  private byte[] carried = EMPTY;
  private int length;
  private boolean tooLong;

  /**
   * Looks for a line in {@code octets}; what belongs to an unfinished one is kept for the next call.
   *
   * @return the index behind the line's LF, or -1 when {@code octets} has no LF: then all of it has been taken
   */
  int find(byte[] octets, int from, int to, int limit) {
    for (int at = from; at < to; at++) {
      if (octets[at] == '\n') {
        if (length > 0 || tooLong || at + 1 - from > limit) {
          carry(octets, from, at + 1, limit);
        }
        return at + 1;
      }
    }
    carry(octets, from, to, limit);
    return -1;
  }

  /** The line that {@link #find} ended, from its call's {@code octets} and {@code from} and its result. */
  Line line(byte[] octets, int from, int end) {
    if (tooLong) {
      reset();
      return new Line.Faulty(Line.Fault.TOO_LONG);
    }
    Line line = length > 0 ? decode(carried, 0, length) : decode(octets, from, end);
    reset();
    return line;
  }

  /** Whether the beginning of a line has been taken. */
  boolean inLine() {
    return length > 0 || tooLong;
  }

  private void reset() {
    carried = EMPTY;
    length = 0;
    tooLong = false;
  }

  private void carry(byte[] octets, int from, int to, int limit) {
    int added = to - from;
    if (tooLong || length + added > limit) {
      // Read on to its end, but keep nothing of it.
      tooLong = true;
      carried = EMPTY;
      length = 0;
      return;
    }
    if (length + added > carried.length) {
      carried = Arrays.copyOf(carried, Math.min(limit, Math.max(64, 2 * (length + added))));
    }
    System.arraycopy(octets, from, carried, length, added);
    length += added;
  }

  private static Line decode(byte[] octets, int from, int end) {
    int text = end - 2;
    if (text < from || octets[text] != '\r') {
      return new Line.Faulty(Line.Fault.BARE_CONTROL);
    }
    boolean ascii = true;
    for (int at = from; at < text; at++) {
      byte octet = octets[at];
      if (octet == '\r' || octet == 0) {
        return new Line.Faulty(Line.Fault.BARE_CONTROL);
      }
      ascii &= octet > 0;
    }
    if (ascii) {
      return new Line.Text(
          new String(octets, from, text - from, StandardCharsets.ISO_8859_1), end - from);
    }
    try {
      String decoded = StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, from, text - from))
          .toString();
      return new Line.Text(decoded, end - from);
    } catch (CharacterCodingException e) {
      return new Line.Faulty(Line.Fault.NOT_UTF8);
    }
  }
}
