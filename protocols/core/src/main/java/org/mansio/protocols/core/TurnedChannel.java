package org.mansio.protocols.core;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSession;
import org.mansio.spi.smtp.TurnedConnection;

/**
 * A channel between two sessions, at the end of its pipeline: keeps what arrives until the next session's handlers take its
 * place. TLS, before it in the pipeline, isn't touched. Thread-safe.
 */
public final class TurnedChannel extends ChannelInboundHandlerAdapter implements TurnedConnection {
  /** Octets that are kept before reading stops: nobody has much to say before the next session has begun. */
  private static final int MAX_HELD = 1 << 16;

  private final Channel channel;
  private final String id;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final BooleanSupplier stopping;
  // The event loop's own.
  private final Queue<ByteBuf> held = new ArrayDeque<>();
  private int heldOctets;
  private boolean ended;
  private boolean taken;

  private TurnedChannel(
      Channel channel,
      String id,
      InetSocketAddress local,
      InetSocketAddress remote,
      BooleanSupplier stopping) {
    this.channel = channel;
    this.id = id;
    this.local = local;
    this.remote = remote;
    this.stopping = stopping;
  }

  /**
   * Puts itself at the end of the channel's pipeline; on its event loop, when nothing is left before it that keeps octets of
   * the session that was.
   */
  public static TurnedChannel hold(
      Channel channel,
      String id,
      InetSocketAddress local,
      InetSocketAddress remote,
      BooleanSupplier stopping) {
    TurnedChannel turned = new TurnedChannel(channel, id, local, remote, stopping);
    channel.pipeline().addLast(turned);
    return turned;
  }

  /**
   * Puts the handlers of the next session into its place and gives them what has arrived; returns before that is done.
   *
   * @throws IllegalStateException when somebody has begun a session already
   */
  public void giveTo(ChannelHandler... handlers) {
    synchronized (this) {
      if (taken) {
        throw new IllegalStateException("connection " + id + " was taken already");
      }
      taken = true;
    }
    List<ChannelHandler> next = List.of(handlers);
    channel.eventLoop().execute(() -> {
      ChannelHandlerContext here = channel.pipeline().context(this);
      next.forEach(channel.pipeline()::addLast);
      if (here == null) {
        // Closed, and its handlers gone, before anybody took it.
        channel.pipeline().fireChannelInactive();
        return;
      }
      for (ByteBuf octets = held.poll(); octets != null; octets = held.poll()) {
        here.fireChannelRead(octets);
      }
      if (ended) {
        here.fireChannelInactive();
      }
      channel.pipeline().remove(this);
      channel.config().setAutoRead(true);
    });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf octets = (ByteBuf) message;
    heldOctets += octets.readableBytes();
    held.add(octets);
    if (heldOctets >= MAX_HELD) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended = true;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    // Closed before anybody took it.
    held.forEach(ByteBuf::release);
    held.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /** The channel, for the one who has begun the next session. */
  public Channel channel() {
    return channel;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public Optional<String> tlsDescription() {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return Optional.empty();
    }
    SSLSession session = handler.engine().getSession();
    return Optional.of(session.getProtocol() + " " + session.getCipherSuite());
  }

  @Override
  public boolean stopping() {
    return stopping.getAsBoolean();
  }

  @Override
  public void close() {
    channel.close();
  }
}
