package org.mansio.protocols.smtpclient.conversion;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the ends of runs of ordinary octets, eight at a time: nearly all of every message is such runs, and each message is
 * looked through twice. The tests on a word are those for "has a byte less than n" and "has a zero byte" known from Hacker's
 * Delight, chapter 6; their lowest hit is exact, and with the little-endian order that is the first octet.
 */
public final class OctetRuns {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;
  private static final long BELOW_SPACE = ONES * ' ';
  private static final long BELOW_SHIFT_OUT = ONES * ('\r' + 1);
  private static final long EQUALS_SIGNS = ONES * '=';
  private static final long DELETES = ONES * 0x7f;

  private OctetRuns() {}

  /** Where the first octet stands that isn't printable ASCII or is {@code =}; {@code end} when there is none. */
  static int endOfPlain(byte[] octets, int from, int end) {
    int at = from;
    while (at <= end - Long.BYTES) {
      long word = (long) WORDS.get(octets, at);
      long hits = (below(word, BELOW_SPACE)
              | below(word ^ EQUALS_SIGNS, ONES)
              | below(word ^ DELETES, ONES)
              | word)
          & HIGHS;
      if (hits != 0) {
        return at + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (at < end && octets[at] >= ' ' && octets[at] != '=' && octets[at] != 0x7f) {
      at++;
    }
    return at;
  }

  /** Where the first control character up to CR stands, line ends among them; {@code end} when there is none. */
  public static int endOfLineText(byte[] octets, int from, int end) {
    int at = from;
    while (at <= end - Long.BYTES) {
      long word = (long) WORDS.get(octets, at);
      long hits = below(word, BELOW_SHIFT_OUT) & HIGHS;
      if (hits != 0) {
        return at + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (at < end && (octets[at] > '\r' || octets[at] < 0)) {
      at++;
    }
    return at;
  }

  /** The high bits of bytes less than n, which stands in each byte of {@code limit} and is at most 128. */
  private static long below(long word, long limit) {
    return word - limit & ~word;
  }
}
