package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a connection from a trusted proxy: nothing is said, and TLS doesn't begin, before its header has come. A
 * connection without a good one is closed without a word, since nobody knows whose it is.
 */
final class ProxyHeaderHandler extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(ProxyHeaderHandler.class);

  private final ProtocolServer server;
  private final InetSocketAddress local;
  private final InetSocketAddress proxy;
  private @Nullable Future<?> timeout;

  ProxyHeaderHandler(ProtocolServer server, InetSocketAddress local, InetSocketAddress proxy) {
    this.server = server;
    this.local = local;
    this.proxy = proxy;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    long patience = server.options().handshakeTimeout().toNanos();
    timeout = context
        .executor()
        .schedule(() -> refuse(context, "didn't come in time"), patience, TimeUnit.NANOSECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    switch (ProxyHeader.parse(in)) {
      case ProxyHeader.Incomplete() -> {}
      case ProxyHeader.Malformed(String reason) -> {
        in.skipBytes(in.readableBytes());
        refuse(context, "is malformed: " + reason);
      }
      case ProxyHeader.Complete(int octets, Optional<ProxyHeader.Endpoints> endpoints) -> {
        in.skipBytes(octets);
        server.admit(
            context.channel(),
            endpoints.map(ProxyHeader.Endpoints::destination).orElse(local),
            endpoints.map(ProxyHeader.Endpoints::source).orElse(proxy));
        // What came behind the header goes on to those that follow.
        context.pipeline().remove(this);
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    super.userEventTriggered(context, event);
    if (event instanceof ChannelInputShutdownEvent && !context.isRemoved()) {
      // No header will come any more.
      context.close();
    }
  }

  private void refuse(ChannelHandlerContext context, String reason) {
    if (context.channel().isActive() && server.limits().worthALine(proxy.getAddress())) {
      log.warn(
          "{}: connection from {} closed, its PROXY header {}; only proxies belong into"
              + " proxyNetworks",
          server.name(),
          proxy,
          reason);
    }
    context.close();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    Future<?> current = timeout;
    if (current != null) {
      current.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("{}: connection with proxy {} broke: {}", server.name(), proxy, cause.toString());
    context.close();
  }
}
