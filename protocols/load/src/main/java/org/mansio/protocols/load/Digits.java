package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;

/** Numbers as text in buffers, without a string in between. */
final class Digits {
  private static final int TEN = 10;

  private Digits() {}

  /** Writes a number that isn't negative. */
  static void write(ByteBuf out, long number) {
    if (number >= TEN) {
      write(out, number / TEN);
    }
    out.writeByte('0' + (int) (number % TEN));
  }

  /** Reads digits from {@code from} up to {@code to}. @return -1 when there are none, others, or too many */
  static long read(ByteBuf in, int from, int to) {
    // 18 digits fit into a long whatever they are.
    if (from >= to || to - from > 18) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit >= TEN) {
        return -1;
      }
      number = number * TEN + digit;
    }
    return number;
  }
}
