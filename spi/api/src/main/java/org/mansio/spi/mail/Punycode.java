package org.mansio.spi.mail;

/** Text beyond ASCII in letters, digits and hyphens (RFC 3492). */
final class Punycode {
  // RFC 3492 §5.
  private static final int BASE = 36;
  private static final int LEAST_THRESHOLD = 1;
  private static final int MOST_THRESHOLD = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int FIRST_BIAS = 72;
  private static final int FIRST_CODE_POINT = 128;

  private Punycode() {}

  /** Encodes a text of at most some hundred characters (RFC 3492 §6.3). */
  static String encode(String text) {
    int[] points = text.codePoints().toArray();
    StringBuilder result = new StringBuilder();
    text.chars().filter(c -> c < FIRST_CODE_POINT).forEach(c -> result.append((char) c));
    int ascii = result.length();
    if (ascii > 0) {
      result.append('-');
    }
    int handled = ascii;
    int bias = FIRST_BIAS;
    int delta = 0;
    for (int at = FIRST_CODE_POINT; handled < points.length; at++) {
      int next = leastFrom(points, at);
      delta = Math.addExact(delta, Math.multiplyExact(next - at, handled + 1));
      at = next;
      for (int point : points) {
        if (point < at) {
          delta++;
        } else if (point == at) {
          append(result, delta, bias);
          bias = adapted(delta, handled + 1, handled == ascii);
          delta = 0;
          handled++;
        }
      }
      delta++;
    }
    return result.toString();
  }

  private static int leastFrom(int[] points, int from) {
    int least = Integer.MAX_VALUE;
    for (int point : points) {
      if (point >= from && point < least) {
        least = point;
      }
    }
    return least;
  }

  /** A number of variable length (RFC 3492 §3.3). */
  private static void append(StringBuilder result, int number, int bias) {
    int rest = number;
    for (int position = BASE; ; position += BASE) {
      int threshold = Math.clamp(position - bias, LEAST_THRESHOLD, MOST_THRESHOLD);
      if (rest < threshold) {
        result.append(Character.forDigit(digit(rest), BASE));
        return;
      }
      result.append(
          Character.forDigit(digit(threshold + (rest - threshold) % (BASE - threshold)), BASE));
      rest = (rest - threshold) / (BASE - threshold);
    }
  }

  /** RFC 3492 §5 counts the letters first and then the digits, {@link Character#forDigit} the other way. */
  private static int digit(int value) {
    return value < 26 ? value + 10 : value - 26;
  }

  /** RFC 3492 §6.1. */
  private static int adapted(int delta, int handled, boolean first) {
    int rest = first ? delta / DAMP : delta / 2;
    rest += rest / handled;
    int bias = 0;
    while (rest > (BASE - LEAST_THRESHOLD) * MOST_THRESHOLD / 2) {
      rest /= BASE - LEAST_THRESHOLD;
      bias += BASE;
    }
    return bias + (BASE - LEAST_THRESHOLD + 1) * rest / (rest + SKEW);
  }
}
