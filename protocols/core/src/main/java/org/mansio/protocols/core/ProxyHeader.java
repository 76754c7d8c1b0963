package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a connection from a proxy begins with (HAProxy's PROXY protocol, 2020-03-05, §2): version 1, a line of text, or
 * version 2, binary. Both are read by the letter: what could be taken for two things is taken for none.
 */
sealed interface ProxyHeader {
  /** As much as came could become a header. */
  record Incomplete() implements ProxyHeader {}

  /** It isn't one. @param reason for the log */
  record Malformed(String reason) implements ProxyHeader {}

  /**
   * A header.
   *
   * @param octets its length
   * @param endpoints empty where the connection is the proxy's own, or of a kind without IP addresses
   */
  record Complete(int octets, Optional<Endpoints> endpoints) implements ProxyHeader {}

  /** Who connected to whom. */
  record Endpoints(InetSocketAddress source, InetSocketAddress destination) {}

  /** The longest that can come: version 2 with a length of 16 bits. */
  int MAX_OCTETS = V2.FIXED_OCTETS + 0xFFFF;

  /** Reads from the buffer's reader index on, and leaves that where it is. */
  static ProxyHeader parse(ByteBuf octets) {
    if (octets.readableBytes() == 0) {
      return new Incomplete();
    }
    return octets.getByte(octets.readerIndex()) == V2.SIGNATURE[0]
        ? V2.parse(octets)
        : V1.parse(octets);
  }

  private static boolean startsLike(ByteBuf octets, byte[] start) {
    int length = Math.min(octets.readableBytes(), start.length);
    byte[] read = new byte[length];
    octets.getBytes(octets.readerIndex(), read);
    return Arrays.equals(read, 0, length, start, 0, length);
  }

  /** Version 1 (§2.1). */
  final class V1 {
    private static final byte[] START = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    /** With CR LF. */
    private static final int MAX_LINE = 107;

    private static final String PORT = " (0|[1-9][0-9]{0,4})";
    private static final Pattern TCP4 =
        Pattern.compile("PROXY TCP4 ([0-9.]{7,15}) ([0-9.]{7,15})" + PORT + PORT);
    private static final Pattern TCP6 =
        Pattern.compile("PROXY TCP6 ([0-9a-fA-F:.]{2,45}) ([0-9a-fA-F:.]{2,45})" + PORT + PORT);
    private static final Pattern IPV4 =
        Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final int MAX_PORT = 65_535;

    private V1() {}

    static ProxyHeader parse(ByteBuf octets) {
      if (!startsLike(octets, START)) {
        return new Malformed("neither version 1 nor 2");
      }
      int length = Math.min(octets.readableBytes(), MAX_LINE);
      int lineFeed =
          octets.indexOf(octets.readerIndex(), octets.readerIndex() + length, (byte) '\n');
      if (lineFeed < 0) {
        return length < MAX_LINE ? new Incomplete() : new Malformed("too long a line");
      }
      String line = octets.toString(
          octets.readerIndex(), lineFeed - octets.readerIndex(), StandardCharsets.ISO_8859_1);
      if (!line.endsWith("\r")) {
        return new Malformed("a line without CR LF");
      }
      return line(line.substring(0, line.length() - 1), line.length() + 1);
    }

    private static ProxyHeader line(String line, int octets) {
      // What stands behind UNKNOWN has to be ignored.
      if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
        return new Complete(octets, Optional.empty());
      }
      Matcher four = TCP4.matcher(line);
      if (four.matches()
          && IPV4.matcher(four.group(1)).matches()
          && IPV4.matcher(four.group(2)).matches()) {
        return endpoints(four, octets);
      }
      Matcher six = TCP6.matcher(line);
      if (six.matches() && six.group(1).contains(":") && six.group(2).contains(":")) {
        return endpoints(six, octets);
      }
      return new Malformed("neither UNKNOWN nor TCP4 or TCP6 with addresses and ports");
    }

    private static ProxyHeader endpoints(Matcher parts, int octets) {
      int sourcePort = Integer.parseInt(parts.group(3));
      int destinationPort = Integer.parseInt(parts.group(4));
      if (sourcePort > MAX_PORT || destinationPort > MAX_PORT) {
        return new Malformed("a port over " + MAX_PORT);
      }
      try {
        return new Complete(
            octets,
            Optional.of(new Endpoints(
                new InetSocketAddress(InetAddress.ofLiteral(parts.group(1)), sourcePort),
                new InetSocketAddress(InetAddress.ofLiteral(parts.group(2)), destinationPort))));
      } catch (IllegalArgumentException e) {
        return new Malformed("not an address");
      }
    }
  }

  /** Version 2 (§2.2). */
  final class V2 {
    static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    /** Signature, version and command, family and transport, length. */
    static final int FIXED_OCTETS = 16;

    private static final int VERSION = 0x20;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX_STREAM = 0x31;
    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    private V2() {}

    static ProxyHeader parse(ByteBuf octets) {
      if (!startsLike(octets, SIGNATURE)) {
        return new Malformed("not the signature of version 2");
      }
      if (octets.readableBytes() < FIXED_OCTETS) {
        return new Incomplete();
      }
      int at = octets.readerIndex() + SIGNATURE.length;
      int command = octets.getUnsignedByte(at) ^ VERSION;
      int length = octets.getUnsignedShort(at + 2);
      if (command != LOCAL && command != PROXY) {
        return new Malformed("not version 2, or an unknown command");
      }
      if (octets.readableBytes() < FIXED_OCTETS + length) {
        return new Incomplete();
      }
      int total = FIXED_OCTETS + length;
      // A LOCAL connection is the proxy's own, such as to see whether this server lives.
      return command == LOCAL
          ? new Complete(total, Optional.empty())
          : addresses(octets.slice(octets.readerIndex(), total), octets.getUnsignedByte(at + 1));
    }

    /** What follows the addresses, type, length and value of this and that, isn't needed here. */
    private static ProxyHeader addresses(ByteBuf header, int familyAndTransport) {
      return switch (familyAndTransport) {
        case UNSPECIFIED, UNIX_STREAM -> new Complete(header.readableBytes(), Optional.empty());
        case TCP4 -> endpoints(header, IPV4_OCTETS);
        case TCP6 -> endpoints(header, IPV6_OCTETS);
        default -> new Malformed("not TCP");
      };
    }

    private static ProxyHeader endpoints(ByteBuf header, int addressOctets) {
      int ports = FIXED_OCTETS + 2 * addressOctets;
      if (header.readableBytes() < ports + 2 * Short.BYTES) {
        return new Malformed("too short for its addresses");
      }
      return new Complete(
          header.readableBytes(),
          Optional.of(new Endpoints(
              new InetSocketAddress(
                  address(header, FIXED_OCTETS, addressOctets), header.getUnsignedShort(ports)),
              new InetSocketAddress(
                  address(header, FIXED_OCTETS + addressOctets, addressOctets),
                  header.getUnsignedShort(ports + Short.BYTES)))));
    }

    private static InetAddress address(ByteBuf header, int from, int length) {
      byte[] octets = new byte[length];
      header.getBytes(from, octets);
      try {
        return InetAddress.getByAddress(octets);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of " + length + " octets", e);
      }
    }
  }
}
