package org.mansio.mailets.antispam.milter;

import java.nio.ByteBuffer;

/**
 * One packet of either direction: on the wire a length of four octets, which counts the code too, the code, the data.
 *
 * @param code what it is, a character of {@code mfdef.h}
 * @param data not to be changed
 */
record Packet(char code, byte[] data) {
  /** The length and the code. */
  static final int OVERHEAD = Integer.BYTES + 1;

  private static final byte[] NOTHING = new byte[0];

  /** A packet that its code says everything of. */
  static Packet of(char code) {
    return new Packet(code, NOTHING);
  }

  int wireSize() {
    return OVERHEAD + data.length;
  }

  /** Puts it onto the wire. */
  void putTo(ByteBuffer wire) {
    wire.putInt(data.length + 1).put((byte) code).put(data);
  }

  /** The same without a copy of the data. */
  ByteBuffer[] wire() {
    ByteBuffer head = ByteBuffer.allocate(OVERHEAD).putInt(data.length + 1).put((byte) code);
    return new ByteBuffer[] {head.flip(), ByteBuffer.wrap(data)};
  }

  /** For the log: the data may hold anything. */
  @Override
  public String toString() {
    return describe(code) + " with " + data.length + " octets";
  }

  /** A code for people. */
  static String describe(char code) {
    return code > ' ' && code < 127 ? "'" + code + "'" : "0x" + Integer.toHexString(code);
  }
}
