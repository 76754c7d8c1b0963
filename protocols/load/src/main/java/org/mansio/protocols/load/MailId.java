package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which mail this is, and when it was sent; stands in a header field of its own, which servers carry along unread.
 *
 * @param run the run of the generator that the mail belongs to
 * @param number counts from 0 within the run
 * @param sentNanos {@link System#nanoTime} of the generator, which all processes of a machine share on Linux
 */
record MailId(String run, int number, long sentNanos) {
  /** What a run may be called. */
  static final String RUN_SYNTAX = "[a-z0-9]{1,16}";

  /** Mails that one run may have: what is remembered of each takes an octet. */
  static final int MAX_NUMBER = 100_000_000;

  private static final AsciiString FIELD = AsciiString.of("X-Mansio-Load: ");
  private static final int MAX_RUN = 16;

  /** Writes the header field with its end of line. */
  static void write(ByteBuf out, byte[] run, int number, long sentNanos) {
    out.writeBytes(FIELD.array(), FIELD.arrayOffset(), FIELD.length());
    out.writeBytes(run);
    out.writeByte('-');
    Digits.write(out, number);
    out.writeByte(' ');
    Digits.write(out, sentNanos);
    out.writeByte('\r');
    out.writeByte('\n');
  }

  /** Reads a header line, up to its CR. @return null when it is another field, or not well formed */
  static @Nullable MailId read(ByteBuf in, int from, int to) {
    if (to - from < FIELD.length() || in.getByte(from) != 'X') {
      return null;
    }
    for (int i = 1; i < FIELD.length(); i++) {
      if (in.getByte(from + i) != FIELD.byteAt(i)) {
        return null;
      }
    }
    int start = from + FIELD.length();
    int dash = in.indexOf(start, to, (byte) '-');
    int space = in.indexOf(start, to, (byte) ' ');
    if (dash <= start || dash - start > MAX_RUN || space < dash) {
      return null;
    }
    long number = Digits.read(in, dash + 1, space);
    long sentNanos = Digits.read(in, space + 1, to);
    if (number < 0 || number >= MAX_NUMBER || sentNanos < 0) {
      return null;
    }
    return new MailId(
        in.toString(start, dash - start, StandardCharsets.US_ASCII), (int) number, sentNanos);
  }
}
