package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Peers that close their direction of the connection (RFC 9293 §3.6) and may still be listening. */
class HalfClosedTest {
  private static void awaitNoConnection(TestServer server) {
    await().atMost(Duration.ofSeconds(20)).until(() -> server.server().connections() == 0);
  }

  @Test
  void hearTheRepliesToWhatTheySentBefore() throws IOException {
    try (TestServer server = new TestServer().start();
        Talk talk = server.connect()) {
      talk.line();
      talk.send("stall\r\none\r\ntwo\r\n");
      talk.socket().shutdownOutput();
      server.goOn();
      assertThat(talk.line()).matches("[0-9]+");
      assertThat(talk.line()).isEqualTo("one");
      assertThat(talk.line()).isEqualTo("two");
      assertThat(talk.line()).isNull();
      awaitNoConnection(server);
    }
  }

  @Test
  void areEndedWhenTheyTakeNothing() throws IOException {
    try (TestServer server = new TestServer().timeout(Duration.ofMillis(500)).start();
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      new Talk(socket).send("talk 50000000\r\n");
      socket.shutdownOutput();
      // The time-out, and what a last reply gets.
      awaitNoConnection(server);
    }
  }

  @Test
  void areEndedBeforeTls() throws IOException {
    try (TestServer server = new TestServer().implicitTls().start();
        Talk talk = server.connect()) {
      talk.socket().shutdownOutput();
      assertThat(talk.endsSilently()).isTrue();
      awaitNoConnection(server);
    }
  }

  @Test
  void areEndedWhereTlsWasToBegin() throws IOException {
    try (TestServer server = new TestServer().start();
        Talk talk = server.connect()) {
      talk.line();
      talk.send("tls\r\n");
      talk.socket().shutdownOutput();
      awaitNoConnection(server);
    }
  }

  @Test
  void areEndedWhereAProxysHeaderWasToCome() throws IOException {
    try (TestServer server =
            new TestServer().set("proxyNetworks", "127.0.0.0/8, ::1").start();
        Talk talk = server.connect()) {
      talk.send("PROXY TCP4 192.0.2.1");
      talk.socket().shutdownOutput();
      assertThat(talk.endsSilently()).isTrue();
    }
  }

  @Test
  void areHeardBehindAProxysHeader() throws IOException {
    try (TestServer server =
            new TestServer().set("proxyNetworks", "127.0.0.0/8, ::1").start();
        Talk talk = server.connect()) {
      talk.send("PROXY TCP4 192.0.2.1 192.0.2.2 4711 25\r\nstall\r\none\r\n");
      talk.socket().shutdownOutput();
      server.goOn();
      assertThat(talk.line()).isEqualTo("192.0.2.1 4711 to 192.0.2.2 25");
      assertThat(talk.line()).matches("[0-9]+");
      assertThat(talk.line()).isEqualTo("one");
      assertThat(talk.line()).isNull();
    }
  }
}
