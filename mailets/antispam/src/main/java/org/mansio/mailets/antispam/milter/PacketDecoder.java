package org.mansio.mailets.antispam.milter;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes packets of octets that come in pieces. For one connection and one thread at a time. */
final class PacketDecoder {
  private final int maxPacket;
  private final ByteBuffer head = ByteBuffer.allocate(Packet.OVERHEAD);
  private @Nullable ByteBuffer data;

  /** @param maxPacket the longest data of a packet, in octets */
  PacketDecoder(int maxPacket) {
    this.maxPacket = maxPacket;
  }

  /**
   * Takes octets until a packet is complete, and leaves what is behind it.
   *
   * @return empty when all octets were taken and the packet needs more
   * @throws MilterException when the packet is longer than allowed, before room is made for it
   */
  Optional<Packet> decode(ByteBuffer octets) throws MilterException {
    ByteBuffer open = data;
    if (open == null) {
      move(octets, head);
      if (head.hasRemaining()) {
        return Optional.empty();
      }
      open = ByteBuffer.allocate(dataLength());
      data = open;
    }
    move(octets, open);
    if (open.hasRemaining()) {
      return Optional.empty();
    }
    char code = (char) (head.get(Integer.BYTES) & 0xFF);
    head.clear();
    data = null;
    return Optional.of(new Packet(code, open.array()));
  }

  private int dataLength() throws MilterException {
    long length = Integer.toUnsignedLong(head.getInt(0)) - 1;
    if (length < 0) {
      throw new MilterException("sent a packet without a code");
    }
    if (length > maxPacket) {
      throw new MilterException(
          "sent a packet of " + length + " octets, more than maxPacket allows (" + maxPacket + ")");
    }
    return (int) length;
  }

  private static void move(ByteBuffer from, ByteBuffer to) {
    int length = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), length);
    to.position(to.position() + length);
    from.position(from.position() + length);
  }
}
