package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that never stop sending, or taking, and never get anywhere. */
@Timeout(60)
class SlowPeerTest {
  /** What Netty takes from a socket at once, at the most. */
  private static final int LARGEST_READ = 1 << 16;

  private static final Duration SHORT = Duration.ofMillis(300);

  /** Sends the octet again and again, each well within the time-out. */
  private static Drip drip(Talk talk, String octet) {
    return Drip.of(() -> talk.send(octet));
  }

  @Test
  void endACommandThatDrips() throws IOException {
    try (TestServer server = new TestServer().timeout(SHORT).start();
        Talk talk = server.connect()) {
      talk.line();
      try (Drip drip = drip(talk, "x")) {
        assertThat(talk.line()).isEqualTo("timeout");
      }
    }
  }

  @Test
  void endAMessageThatDrips() throws IOException {
    try (TestServer server =
            new TestServer().timeout(SHORT).set("minDataRate", "1M").start();
        Talk talk = server.connect()) {
      talk.line();
      talk.send("take 1000000\r\n");
      try (Drip drip = drip(talk, "x")) {
        assertThat(talk.line()).isEqualTo("timeout");
      }
    }
  }

  @Test
  void letAMessageDripWhereNoRateIsAskedFor() throws IOException {
    // Long enough for each octet on a busy machine, too short for all of them.
    Duration timeout = Duration.ofSeconds(2);
    try (TestServer server =
            new TestServer().timeout(timeout).set("minDataRate", "0").start();
        Talk talk = server.connect()) {
      talk.line();
      talk.send("take 250\r\n");
      try (Drip drip = drip(talk, "x")) {
        assertThat(talk.line()).isEqualTo("taken");
      }
    }
  }

  @Test
  void areHeldBackByASessionThatIsBusy() throws Exception {
    try (TestServer server = new TestServer().start();
        Talk talk = server.connect();
        Talk other = server.connect()) {
      talk.line();
      other.line();
      talk.send("stall\r\n");
      Thread writer = Thread.ofVirtual().start(() -> {
        try {
          for (int i = 0; i < 2000; i++) {
            talk.send(("x".repeat(500) + "\r\n").repeat(10));
          }
          talk.send("end\r\n");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      // Both event loops have been busy with what comes, and still serve others.
      for (int i = 0; i < 200; i++) {
        assertThat(other.ask("hello")).isEqualTo("hello");
      }
      server.goOn();
      // As much again as waits is what the session had taken for itself.
      assertThat(Integer.parseInt(talk.line()))
          .isPositive()
          .isLessThan(2 * (InputQueue.HIGH_WATER + LARGEST_READ));
      String line = talk.line();
      for (int i = 1; i < 20_000; i++) {
        assertThat(line).hasSize(500);
        line = talk.line();
      }
      assertThat(talk.line()).isEqualTo("end");
      writer.join();
    }
  }

  @Test
  void endATlsHandshakeThatDrips() throws IOException {
    try (TestServer server =
            new TestServer().implicitTls().handshakeTimeout(SHORT).start();
        Talk talk = server.connect()) {
      // A record with a long ClientHello, of which the beginning comes, and then some.
      talk.send("\u0016\u0003\u0001\u0040\u0000\u0001\u0000\u003f\u00fc");
      try (Drip drip = drip(talk, "\u0000")) {
        await().until(() -> server.server().connections() == 0);
      }
    }
  }

  @Test
  void endAPeerThatTakesTooLittle() throws Exception {
    try (TestServer server = new TestServer().timeout(SHORT).start();
        Socket socket = new Socket()) {
      // As little as possible lies in the kernel between the two.
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      Talk talk = new Talk(socket);
      talk.line();
      talk.send("talk 50000000\r\n");
      try (Drip reader = Drip.of(() -> socket.getInputStream().read())) {
        await().atMost(Duration.ofSeconds(40)).until(() -> server.server().connections() == 0);
      }
    }
  }
}
