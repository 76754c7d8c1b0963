package org.mansio.protocols.sasl.ntlm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads an NTLM message: little-endian, with fields that point behind its fixed part. Every pointer is checked. */
final class MessageFields {
  static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TYPE_AT = 8;
  private static final int HEAD = 12;

  private final ByteBuffer octets;

  /** What came isn't an NTLM message. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private MessageFields(byte[] message) {
    this.octets = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Begins to read.
   *
   * @param type that the message must have (MS-NLMP §2.2.1)
   * @param fixed octets that it must have at the least
   */
  static MessageFields of(byte[] message, int type, int fixed) throws Malformed {
    if (message.length < Math.max(fixed, HEAD)
        || !Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw new Malformed("not an NTLM message of " + fixed + " octets or more");
    }
    MessageFields fields = new MessageFields(message);
    if (fields.number(TYPE_AT) != type) {
      throw new Malformed("not an NTLM message of type " + type);
    }
    return fields;
  }

  int number(int at) {
    return octets.getInt(at);
  }

  int length() {
    return octets.capacity();
  }

  /** The octets that a field at {@code at} points to: length, space, offset (MS-NLMP §2.2.1). */
  byte[] payload(int at) throws Malformed {
    int length = Short.toUnsignedInt(octets.getShort(at));
    long offset = Integer.toUnsignedLong(octets.getInt(at + 4));
    if (offset + length > octets.capacity()) {
      throw new Malformed("a field points behind the end");
    }
    byte[] payload = new byte[length];
    octets.get((int) offset, payload);
    return payload;
  }
}
