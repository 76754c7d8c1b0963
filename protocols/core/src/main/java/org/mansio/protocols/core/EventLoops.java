package org.mansio.protocols.core;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one event loop group of the process, shared by all listeners of all protocols: half as many threads as there are
 * cores, epoll where the kernel has it. With more, sessions wake idle loops one by one, which costs a tenth of a mail's CPU; the
 * other cores have the sessions' own work. It exists while somebody holds it. Thread-safe.
 */
final class EventLoops {
  private static final boolean EPOLL = Epoll.isAvailable();
  private static @Nullable EventLoopGroup group;
  private static int holders;

  private EventLoops() {}

  /** The group, made by the first who asks; each call needs one {@link #release}. */
  static synchronized EventLoopGroup acquire() {
    EventLoopGroup current = group;
    if (current == null) {
      IoHandlerFactory handlers = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
      current = new MultiThreadIoEventLoopGroup(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          new DefaultThreadFactory("mansio-io", true),
          handlers);
      group = current;
    }
    holders++;
    return current;
  }

  /** Gives the group back; the last holder ends its threads. */
  static synchronized void release() {
    EventLoopGroup current = group;
    holders--;
    if (holders == 0 && current != null) {
      group = null;
      current.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  static Class<? extends ServerSocketChannel> serverChannel() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }
}
