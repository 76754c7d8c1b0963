package org.mansio.mailets.antispam.milter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds the data of a packet. */
final class Payload {
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream(128);

  /** A single octet. */
  Payload octet(char value) {
    octets.write(value);
    return this;
  }

  /** Two octets in network order. */
  Payload uint16(int value) {
    octets.write(value >>> 8);
    octets.write(value);
    return this;
  }

  /** Four octets in network order. */
  Payload uint32(int value) {
    return uint16(value >>> 16).uint16(value);
  }

  /** A text in UTF-8, ended by NUL. */
  Payload text(String value) {
    return ended(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A text whose characters are octets, as header fields have them, ended by NUL. */
  Payload latin1(String value) {
    return ended(value.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Payload ended(byte[] value) {
    for (byte octet : value) {
      // A NUL from a client would end the text early and make another one of the rest.
      octets.write(octet == 0 ? ' ' : octet);
    }
    octets.write(0);
    return this;
  }

  /** Octets as they are. */
  Payload octets(byte[] values) {
    octets.writeBytes(values);
    return this;
  }

  Packet packet(char code) {
    return new Packet(code, octets.toByteArray());
  }
}
