package org.mansio.protocols.smtpclient;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The event loops of one client; epoll where there is one. Started by the first connection. Thread-safe. */
final class ClientLoops implements AutoCloseable {
  // They only frame replies and copy blocks: half of the cores are enough, and more threads than
  // this wait for the same network.
  private static final int MAX_THREADS = 4;

  private @Nullable EventLoopGroup group;
  private boolean closed;

  /** @throws IllegalStateException after {@link #close} */
  synchronized Bootstrap bootstrap() {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    if (group == null) {
      int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_THREADS);
      group = new MultiThreadIoEventLoopGroup(
          threads,
          new DefaultThreadFactory("smtp-client", true),
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }
    return new Bootstrap()
        .group(group)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
