package org.mansio.mailets.antispam.milter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the data of a packet; what isn't as the protocol says is a {@link MilterException}. */
final class PayloadReader {
  private final char code;
  private final ByteBuffer octets;

  PayloadReader(Packet packet) {
    this.code = packet.code();
    this.octets = ByteBuffer.wrap(packet.data());
  }

  boolean hasMore() {
    return octets.hasRemaining();
  }

  int uint32() throws MilterException {
    if (octets.remaining() < Integer.BYTES) {
      throw malformed("a number is cut off");
    }
    return octets.getInt();
  }

  /** The octets up to the next NUL, each one a character. */
  String latin1() throws MilterException {
    int start = octets.position();
    while (octets.hasRemaining()) {
      if (octets.get() == 0) {
        int length = octets.position() - 1 - start;
        return new String(octets.array(), start, length, StandardCharsets.ISO_8859_1);
      }
    }
    throw malformed("a text has no end");
  }

  /** The text up to the next NUL, read as UTF-8. */
  String text() throws MilterException {
    return new String(latin1().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** All texts that are left. */
  List<String> texts() throws MilterException {
    List<String> texts = new ArrayList<>();
    while (hasMore()) {
      texts.add(text());
    }
    return texts;
  }

  /** Checks that nothing is left. */
  void end() throws MilterException {
    if (hasMore()) {
      throw malformed(octets.remaining() + " octets too many");
    }
  }

  private MilterException malformed(String what) {
    return new MilterException("sent a malformed " + Packet.describe(code) + " packet: " + what);
  }
}
