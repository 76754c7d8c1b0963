package org.mansio.server.kernel.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes DER (ITU-T X.690): as much of it as a certificate needs. Each method gives a whole element, tag and length
 * included.
 */
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  /** Lengths below it stand in one octet (§8.1.3.4); for longer ones its bit marks the octets of the length. */
  private static final int LONG_LENGTH = 0x80;

  // RFC 5280 §4.1.2.5: to 2049 a year has two digits, from 2050 on four.
  private static final Instant FOUR_DIGITS = Instant.parse("2050-01-01T00:00:00Z");
  private static final DateTimeFormatter TWO_DIGIT_YEAR = formatter("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter FOUR_DIGIT_YEAR = formatter("yyyyMMddHHmmss'Z'");

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return element(SEQUENCE, elements);
  }

  static byte[] set(byte[]... elements) {
    return element(SET, elements);
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  static byte[] yes() {
    // §11.1: all bits of TRUE are set.
    return element(BOOLEAN, new byte[] {(byte) 0xFF});
  }

  static byte[] octets(byte[] content) {
    return element(OCTET_STRING, content);
  }

  /** Whole octets of bits: none is unused. */
  static byte[] bits(byte[] content) {
    return element(BIT_STRING, new byte[] {0}, content);
  }

  static byte[] utf8(String text) {
    return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** An element whose tag its place gives a meaning to, around others. @param number below 31 */
  static byte[] explicit(int number, byte[]... elements) {
    return element(CONTEXT | CONSTRUCTED | number, elements);
  }

  /** Octets under a tag that its place gives a meaning to. @param number below 31 */
  static byte[] implicit(int number, byte[] content) {
    return element(CONTEXT | number, content);
  }

  static byte[] time(Instant time) {
    return time.isBefore(FOUR_DIGITS)
        ? element(UTC_TIME, TWO_DIGIT_YEAR.format(time).getBytes(StandardCharsets.US_ASCII))
        : element(
            GENERALIZED_TIME, FOUR_DIGIT_YEAR.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /** @param dotted such as {@code 2.5.4.3} */
  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    // §8.19.4: the first two arcs share one number.
    writeArc(content, 40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      writeArc(content, Integer.parseInt(arcs[i]));
    }
    return element(OBJECT_IDENTIFIER, content.toByteArray());
  }

  /** §8.19.2: seven bits in each octet, the eighth says that more follow. */
  private static void writeArc(ByteArrayOutputStream content, int arc) {
    int septets = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(arc) + 6) / 7);
    for (int i = septets - 1; i >= 0; i--) {
      int more = i > 0 ? 0x80 : 0;
      content.write(more | (arc >>> (7 * i)) & 0x7F);
    }
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    writeLength(element, content.size());
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  /** §10.1: in as few octets as possible. */
  private static void writeLength(ByteArrayOutputStream element, int length) {
    if (length < LONG_LENGTH) {
      element.write(length);
      return;
    }
    int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
    element.write(LONG_LENGTH | octets);
    for (int i = octets - 1; i >= 0; i--) {
      element.write(length >>> (8 * i));
    }
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
