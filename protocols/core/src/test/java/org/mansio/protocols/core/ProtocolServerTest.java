package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.ServerTls;

class ProtocolServerTest {
  private final CountDownLatch peerGone = new CountDownLatch(1);
  private final CountDownLatch workDone = new CountDownLatch(1);
  private final ProtocolServer server = new ProtocolServer(
      "test",
      new ServerOptions(
          List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
          false,
          1,
          1,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          new ConnectionOptions(List.of(), Optional.empty(), 0, 0, List.of(), 0)),
      new NoTls(),
      new Hesitant());

  /** Goes on working when its peer has left, as a session in a hook does. */
  private final class Hesitant implements Protocol {
    @Override
    public void serve(Connection connection) {
      try {
        connection.readLine(512, true);
      } catch (ConnectionEnd end) {
        peerGone.countDown();
      }
      try {
        workDone.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public byte[] overloaded() {
      return "full\r\n".getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final class NoTls implements ServerTls {
    @Override
    public SSLContext context() {
      throw new IllegalStateException("no TLS here");
    }

    @Override
    public List<String> protocols() {
      return List.of();
    }
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = server.addresses().getFirst();
    return new Socket(address.getAddress(), address.getPort());
  }

  @AfterEach
  void stop() {
    workDone.countDown();
    server.stop(Duration.ofSeconds(10));
  }

  @Test
  void countsASessionThatOutlivesItsConnection() throws Exception {
    server.start();
    connect().close();
    peerGone.await();

    try (Socket next = connect()) {
      assertThat(next.getInputStream().readAllBytes())
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("full\r\n");
    }
    assertThat(server.connections()).isEqualTo(1);

    workDone.countDown();
    await().until(() -> server.connections() == 0);
  }
}
