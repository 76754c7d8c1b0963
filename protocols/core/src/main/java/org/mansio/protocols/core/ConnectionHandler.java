package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop's end of a connection: moves octets into the session's queue and starts the session. One for each. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  /** The TLS handler's name in the pipeline. */
  static final String TLS = "tls";

  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final ProtocolServer server;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final boolean implicitTls;
  private @Nullable Connection connection;
  private boolean begun;
  private boolean passingOn;

  /** @param remote who counts as the client, which isn't the channel's other end behind a proxy */
  ConnectionHandler(ProtocolServer server, InetSocketAddress local, InetSocketAddress remote) {
    this.server = server;
    this.local = local;
    this.remote = remote;
    this.implicitTls = server.options().implicitTls();
  }

  /** For a connection whose session has begun already. */
  ConnectionHandler(ProtocolServer server, Connection connection) {
    this.server = server;
    this.local = connection.local();
    this.remote = connection.remote();
    this.implicitTls = false;
    this.connection = connection;
    this.begun = true;
  }

  /** Behind a proxy's header the channel has been active for long. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.channel().isActive()) {
      begin(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    begin(context);
  }

  private void begin(ChannelHandlerContext context) {
    if (begun) {
      return;
    }
    begun = true;
    if (!server.limits().enter(remote.getAddress())) {
      turnAway(context);
      return;
    }
    connection = new Connection(server, context.channel(), local, remote);
    server.register(connection);
    if (!implicitTls) {
      server.serve(connection);
    }
  }

  private void turnAway(ChannelHandlerContext context) {
    if (server.limits().worthALine(remote.getAddress())) {
      log.warn("{}: too many connections, {} turned away", server.name(), remote);
    }
    if (implicitTls) {
      // A handshake only to say no is what an attacker would want.
      context.close();
    } else {
      context
          .writeAndFlush(Unpooled.wrappedBuffer(server.protocol().overloaded()))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    Connection current = connection;
    if (event instanceof SslHandshakeCompletionEvent handshake && current != null) {
      if (!handshake.isSuccess()) {
        log.debug(
            "{} {}: TLS handshake failed: {}",
            server.name(),
            current.id(),
            handshake.cause().toString());
        context.close();
      } else if (implicitTls) {
        server.serve(current);
      }
    } else if (event instanceof ChannelInputShutdownEvent) {
      inputEnded(context);
    }
  }

  /**
   * The client has closed its direction (RFC 9293 §3.6). It may still be listening for the replies to what it sent before;
   * under TLS an end without the goodbye of TLS is none to go on from (RFC 8446 §6.1). It is heard as far as reading wasn't
   * paused, and hears as much as the system takes at once: Netty's epoll transport forgets a channel that waits for nothing,
   * and closes it when it should wait again.
   */
  private void inputEnded(ChannelHandlerContext context) {
    Connection current = connection;
    if (current == null || passingOn || context.pipeline().get(SslHandler.class) != null) {
      context.close();
    } else {
      current.input().end(ConnectionEnd.Reason.PEER);
    }
  }

  /** From now on what arrives is for the handlers behind this one, which only counts. On the event loop. */
  void passOn() {
    passingOn = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (passingOn) {
      context.fireChannelRead(message);
      return;
    }
    ByteBuf octets = (ByteBuf) message;
    try {
      Connection current = connection;
      if (current != null && !current.input().append(octets)) {
        context.channel().config().setAutoRead(false);
      }
    } finally {
      octets.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Connection current = connection;
    if (current != null && context.channel().isWritable()) {
      current.input().signalWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Connection current = connection;
    if (current != null) {
      current.input().end(ConnectionEnd.Reason.PEER);
      server.letGo(current);
    }
    if (passingOn) {
      context.fireChannelInactive();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Resets and TLS alerts: the peer's doing, seen many times a day.
    log.debug("{}: connection with {} broke: {}", server.name(), remote, cause.toString());
    context.close();
  }
}
