package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;

/**
 * A connection without a socket: the peer has sent all its octets already and closed its side, and what the session writes is
 * kept. The session runs in the caller's thread, so that the same octets always lead the same way.
 */
public final class ScriptedConnection {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Connection connection = new Connection(
      channel,
      "scripted",
      new InetSocketAddress("127.0.0.1", 25),
      new InetSocketAddress("127.0.0.1", 49_152),
      () -> {
        throw new IllegalStateException("no TLS here");
      });

  /** @param octets all that the peer ever sends */
  public ScriptedConnection(byte[] octets) {
    connection.input().append(Unpooled.wrappedBuffer(octets));
    connection.input().end(ConnectionEnd.Reason.PEER);
  }

  /** Runs the session to its end. @return what it wrote */
  public byte[] serve(Protocol protocol) {
    try {
      protocol.serve(connection);
    } catch (ConnectionEnd end) {
      // The peer's octets have come to an end; so has every session.
      assert end.reason() == ConnectionEnd.Reason.PEER;
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
}
