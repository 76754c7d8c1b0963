package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConnectionTest {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  @Timeout(30)
  void endsTheSessionWhenThePeerLeftBeforeTls() throws Exception {
    NioSocketChannel channel = new NioSocketChannel();
    loops.register(channel).sync();
    channel.close().sync();
    try (TestServer server = new TestServer().start()) {
      Connection connection = new Connection(server.server(), channel, ADDRESS, ADDRESS);

      assertThatThrownBy(
              () -> connection.startTls("220 2.0.0 go\r\n".getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOf(ConnectionEnd.class);
    }
  }
}
