package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.mansio.spi.ServerTls;

/**
 * A connection without a socket: the peer has sent all its octets already and closed its side, and what the session writes is
 * kept. The session runs in the caller's thread, so that the same octets always lead the same way.
 */
public final class ScriptedConnection {
  private static final int ANY = 1_000_000;
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Protocol protocol;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Connection connection;

  /** @param octets all that the peer ever sends */
  public ScriptedConnection(Protocol protocol, byte[] octets) {
    this.protocol = protocol;
    ConnectionOptions connections =
        new ConnectionOptions(List.of(), Optional.empty(), 0, 0, List.of(), 0);
    ServerOptions options = new ServerOptions(List.of(), false, ANY, ANY, LONG, LONG, connections);
    connection = new Connection(
        new ProtocolServer("scripted", options, new NoTls(), protocol),
        channel,
        new InetSocketAddress("127.0.0.1", 25),
        new InetSocketAddress("127.0.0.1", 49_152));
    connection.input().append(Unpooled.wrappedBuffer(octets));
    connection.input().end(ConnectionEnd.Reason.PEER);
  }

  /** Runs the session to its end. @return what it wrote */
  public byte[] serve() {
    try {
      protocol.serve(connection);
    } catch (ConnectionEnd end) {
      if (end.reason() != ConnectionEnd.Reason.PEER) {
        throw new AssertionError("the session ended by itself", end);
      }
    }
    connection.finish();
    channel.runPendingTasks();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] octets = new byte[part.readableBytes()];
      part.readBytes(octets);
      part.release();
      written.writeBytes(octets);
    }
    channel.finishAndReleaseAll();
    return written.toByteArray();
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
}
