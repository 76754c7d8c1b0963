package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxyProtocolTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\n";
  private static final String SEEN = "192.0.2.1 4711 to 198.51.100.2 25";

  private static TestServer behindProxy() {
    return new TestServer().set("proxyNetworks", "127.0.0.0/8");
  }

  private static byte[] version2(int command) {
    return ProxyHeaderTest.binary(
        command,
        0x21,
        new ProxyHeader.Endpoints(
            new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 4711),
            new InetSocketAddress(InetAddress.ofLiteral("2001:db8::2"), 25)));
  }

  @Test
  void countsTheAddressesThatTheProxyNames() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk one = server.connect();
        Talk two = server.connect()) {
      assertThat(one.send(HEADER).line()).isEqualTo(SEEN);
      assertThat(one.ask("hello")).isEqualTo("hello");
      assertThat(two.send(version2(0x21)).line())
          .isEqualTo("2001:db8:0:0:0:0:0:1 4711 to 2001:db8:0:0:0:0:0:2 25");
    }
  }

  @Test
  void takesAHeaderOctetByOctetAndWhatComesBehindIt() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk talk = server.connect()) {
      for (byte octet : (HEADER + "hel").getBytes(StandardCharsets.US_ASCII)) {
        talk.send(new byte[] {octet});
      }
      talk.send("lo\r\n");
      assertThat(talk.line()).isEqualTo(SEEN);
      assertThat(talk.line()).isEqualTo("hello");
    }
  }

  @Test
  void takesAHeaderAndCommandsInOnePiece() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk talk = server.connect()) {
      talk.send(HEADER + "one\r\ntwo\r\n");
      assertThat(talk.line()).isEqualTo(SEEN);
      assertThat(talk.line()).isEqualTo("one");
      assertThat(talk.line()).isEqualTo("two");
    }
  }

  @Test
  void keepsTheRealAddressWhereTheProxySpeaksForItself() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk unknown = server.connect();
        Talk local = server.connect()) {
      assertThat(unknown.send("PROXY UNKNOWN\r\n").line())
          .startsWith("127.0.0.1 ")
          .endsWith(" to 127.0.0.1 " + server.port());
      assertThat(local.send(version2(0x20)).line()).startsWith("127.0.0.1 ");
    }
  }

  @Test
  void closesWithoutAWordWhenTheHeaderIsWrong() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk talk = server.connect()) {
      assertThat(talk.send("EHLO client.example\r\n").endsSilently()).isTrue();
      await().until(() -> server.server().connections() == 0);
    }
  }

  @Test
  void closesWithoutAWordWhenTheHeaderDoesNotCome() throws IOException {
    try (TestServer server =
            behindProxy().handshakeTimeout(Duration.ofMillis(50)).start();
        Talk silent = server.connect();
        Talk half = server.connect()) {
      half.send("PROXY TCP4 ");
      assertThat(silent.endsSilently()).isTrue();
      assertThat(half.endsSilently()).isTrue();
    }
  }

  @Test
  void doesNotTakeAHeaderFromElsewhere() throws IOException {
    try (TestServer server =
            new TestServer().set("proxyNetworks", "192.0.2.0/24").start();
        Talk talk = server.connect()) {
      assertThat(talk.line()).startsWith("127.0.0.1 ");
      assertThat(talk.send(HEADER).line()).isEqualTo(HEADER.strip());
    }
  }

  @Test
  void comesBeforeTlsThatStartsWithTheConnection() throws Exception {
    try (TestServer server = behindProxy().implicitTls().start();
        Talk talk = server.connect()) {
      Talk secure = talk.send(HEADER).secure(TestCertificates.client(), "TLSv1.3");
      assertThat(secure.line()).isEqualTo(SEEN);
    }
  }

  @Test
  void limitsTheClientAndNotTheProxy() throws IOException {
    try (TestServer server = behindProxy().perAddress(1).start();
        Talk one = server.connect();
        Talk again = server.connect();
        Talk other = server.connect()) {
      assertThat(one.send(HEADER).line()).isEqualTo(SEEN);
      assertThat(again.send(HEADER).line()).isEqualTo("full");
      assertThat(other.send(HEADER.replace("192.0.2.1", "192.0.2.2")).line())
          .startsWith("192.0.2.2 ");
    }
  }

  @Test
  void closesConnectionsWithoutAHeaderWhenItStops() throws IOException {
    try (TestServer server = behindProxy().start();
        Talk waiting = server.connect();
        Talk known = server.connect()) {
      assertThat(known.send(HEADER).line()).isEqualTo(SEEN);
      server.server().stop(Duration.ofSeconds(10));
      assertThat(waiting.line()).isNull();
    }
  }
}
