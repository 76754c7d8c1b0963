package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final byte[] SIGNATURE =
      "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] BEHIND =
      "EHLO client.example\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Optional<ProxyHeader.Endpoints> IPV4 =
      endpoints("192.0.2.1", 4711, "198.51.100.2", 25);
  private static final Optional<ProxyHeader.Endpoints> IPV6 =
      endpoints("2001:db8::1", 65_535, "2001:db8::2", 0);

  private static Optional<ProxyHeader.Endpoints> endpoints(
      String source, int sourcePort, String destination, int destinationPort) {
    return Optional.of(new ProxyHeader.Endpoints(
        new InetSocketAddress(InetAddress.ofLiteral(source), sourcePort),
        new InetSocketAddress(InetAddress.ofLiteral(destination), destinationPort)));
  }

  static byte[] text(String line) {
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A header of version 2. @param more what stands behind the addresses */
  static byte[] binary(int command, int family, ProxyHeader.Endpoints endpoints, byte... more) {
    byte[] source = endpoints.source().getAddress().getAddress();
    byte[] destination = endpoints.destination().getAddress().getAddress();
    int length = source.length + destination.length + 4 + more.length;
    return ByteBuffer.allocate(16 + length)
        .put(SIGNATURE)
        .put((byte) command)
        .put((byte) family)
        .putShort((short) length)
        .put(source)
        .put(destination)
        .putShort((short) endpoints.source().getPort())
        .putShort((short) endpoints.destination().getPort())
        .put(more)
        .array();
  }

  private static byte[] fixed(int command, int family, int length, byte... more) {
    return ByteBuffer.allocate(16 + more.length)
        .put(SIGNATURE)
        .put((byte) command)
        .put((byte) family)
        .putShort((short) length)
        .put(more)
        .array();
  }

  static Stream<Arguments> good() {
    ProxyHeader.Endpoints four = IPV4.orElseThrow();
    ProxyHeader.Endpoints six = IPV6.orElseThrow();
    Optional<ProxyHeader.Endpoints> none = Optional.empty();
    return Stream.of(
        Arguments.of(text("PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\n"), IPV4),
        Arguments.of(text("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 65535 0\r\n"), IPV6),
        Arguments.of(text("PROXY UNKNOWN\r\n"), none),
        Arguments.of(text("PROXY UNKNOWN what ever 1 2 3\r\n"), none),
        Arguments.of(text("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"), none),
        Arguments.of(binary(0x21, 0x11, four), IPV4),
        Arguments.of(binary(0x21, 0x21, six), IPV6),
        Arguments.of(binary(0x21, 0x11, four, (byte) 4, (byte) 0, (byte) 1, (byte) 0), IPV4),
        Arguments.of(binary(0x20, 0x11, four), none),
        Arguments.of(fixed(0x20, 0x00, 0), none),
        Arguments.of(fixed(0x21, 0x00, 3, new byte[3]), none),
        Arguments.of(fixed(0x21, 0x31, 216, new byte[216]), none),
        Arguments.of(fixed(0x20, 0x00, 0xFFFF, new byte[0xFFFF]), none));
  }

  @ParameterizedTest
  @MethodSource("good")
  void readsAHeaderWhereverItIsCut(byte[] header, Optional<ProxyHeader.Endpoints> endpoints) {
    for (int cut = 0; cut < header.length; cut++) {
      assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(header, 0, cut)))
          .as("cut at %d", cut)
          .isEqualTo(new ProxyHeader.Incomplete());
    }
    ProxyHeader complete = new ProxyHeader.Complete(header.length, endpoints);
    assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(header))).isEqualTo(complete);
    ByteBuf withMore = Unpooled.wrappedBuffer(new byte[] {1, 2}, header, BEHIND).skipBytes(2);
    assertThat(ProxyHeader.parse(withMore)).isEqualTo(complete);
    assertThat(withMore.readableBytes()).isEqualTo(header.length + BEHIND.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EHLO client.example\r\n",
        "PROXY\r\n",
        "proxy TCP4 192.0.2.1 198.51.100.2 4711 25\r\n",
        "PROXY TCP5 192.0.2.1 198.51.100.2 4711 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 4711\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 4711 25 \r\n",
        "PROXY TCP4 192.0.2.1  198.51.100.2 4711 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 +711 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 04711 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.2 4711 25\r\n",
        "PROXY TCP4 192.0.2.01 198.51.100.2 4711 25\r\n",
        "PROXY TCP4 192.0.2 198.51.100.2 4711 25\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 4711 25\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.2 4711 25\r\n",
        "PROXY TCP6 2001:db8:::1 2001:db8::2 4711 25\r\n",
        "PROXY TCP6 fe80::1%lo 2001:db8::2 4711 25\r\n",
        "PROXY UNKNOWNS\r\n",
        "\r\n\r\n\0\r\nQUIT\r",
      })
  void refusesWhatIsNotQuiteAHeader(String text) {
    neverComplete(text(text));
  }

  static Stream<byte[]> badBinary() {
    ProxyHeader.Endpoints four = IPV4.orElseThrow();
    return Stream.of(
        text("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"),
        binary(0x11, 0x11, four),
        binary(0x31, 0x11, four),
        binary(0x22, 0x11, four),
        binary(0x21, 0x12, four),
        binary(0x21, 0x01, four),
        binary(0x21, 0x41, four),
        binary(0x21, 0x21, four),
        fixed(0x21, 0x11, 11, new byte[11]));
  }

  @ParameterizedTest
  @MethodSource("badBinary")
  void refusesWrongVersionsFamiliesAndLengths(byte[] header) {
    neverComplete(header);
  }

  private static void neverComplete(byte[] header) {
    for (int cut = 0; cut < header.length; cut++) {
      assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(header, 0, cut)))
          .as("cut at %d", cut)
          .isNotInstanceOf(ProxyHeader.Complete.class);
    }
    assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(header)))
        .isInstanceOf(ProxyHeader.Malformed.class);
  }

  @Test
  void waitsForNoMoreThanALongestHeader() {
    assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(text("PROXY TCP4 " + "1".repeat(96)))))
        .isInstanceOf(ProxyHeader.Malformed.class);
  }

  @Property
  void takesAnyOctetsWithoutHarm(@ForAll @Size(max = 300) byte[] octets) {
    assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(octets))).isNotNull();
    assertThat(ProxyHeader.parse(Unpooled.wrappedBuffer(SIGNATURE, octets))).isNotNull();
  }

  @Property
  void readsNothingElseOutOfAHeaderWithOneWrongOctet(
      @ForAll @IntRange(max = 44) int at, @ForAll byte octet) {
    byte[] header = text("PROXY TCP4 192.0.2.1 198.51.100.2 4711 25555\r\n");
    header[at] = octet;
    if (ProxyHeader.parse(Unpooled.wrappedBuffer(header))
        instanceof ProxyHeader.Complete(int octets, Optional<ProxyHeader.Endpoints> found)) {
      // A digit became another, or a port the shorter.
      assertThat(octets).isEqualTo(header.length);
      assertThat(found.orElseThrow().source().getAddress()).isInstanceOf(Inet4Address.class);
    }
  }
}
