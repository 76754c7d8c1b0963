package org.mansio.protocols.core;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.ServerTls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A protocol on its ports: accepts, counts and limits connections, runs each session on a virtual thread, ends those that
 * are silent for too long, and stops in order. Thread-safe.
 */
public final class ProtocolServer {
  private static final Logger log = LoggerFactory.getLogger(ProtocolServer.class);
  private static final int BACKLOG = 1024;
  private static final Duration MAX_SWEEP = Duration.ofSeconds(1);
  private static final Duration MIN_SWEEP = Duration.ofMillis(10);
  // What sessions get after the grace to say good-bye, before their sockets are closed.
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final AtomicLong CONNECTIONS = new AtomicLong();
  // "bind(..) failed with error(-98): Address already in use": the call and its number help no
  // operator.
  private static final Pattern NATIVE_PREFIX = Pattern.compile("^bind\\([^)]*\\) failed[^:]*: ");

  private final String name;
  private final ServerOptions options;
  private final ListenerTls tls;
  private final Protocol protocol;
  private final ConnectionLimits limits;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  // Connections of proxies that haven't said yet whose they are.
  private final ChannelGroup behindProxy = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Object emptied = new Object();
  private volatile List<Channel> bound = List.of();
  private volatile boolean stopping;
  private @Nullable Future<?> sweep;

  /** A server, not yet bound. */
  public ProtocolServer(String name, ServerOptions options, ServerTls tls, Protocol protocol) {
    this.name = name;
    this.options = options;
    this.protocol = protocol;
    this.limits = new ConnectionLimits(options);
    this.tls = new ListenerTls(
        tls, options.handshakeTimeout(), options.connections().clientCertificates());
  }

  /**
   * Binds all addresses and accepts connections.
   *
   * @throws IOException when one can't be bound, which the message names; none is bound then
   */
  public synchronized void start() throws IOException {
    if (options.addresses().isEmpty()) {
      return;
    }
    stopping = false;
    EventLoopGroup loops = EventLoops.acquire();
    List<Channel> channels = new ArrayList<>();
    try {
      ServerBootstrap bootstrap = bootstrap(loops);
      for (InetSocketAddress address : options.addresses()) {
        channels.add(bind(bootstrap, address));
      }
    } catch (IOException e) {
      channels.forEach(channel -> channel.close().syncUninterruptibly());
      EventLoops.release();
      throw e;
    }
    long period = options.timeout().dividedBy(4).toNanos();
    period = Math.clamp(period, MIN_SWEEP.toNanos(), MAX_SWEEP.toNanos());
    sweep = loops.next().scheduleAtFixedRate(this::endSilent, period, period, TimeUnit.NANOSECONDS);
    bound = List.copyOf(channels);
  }

  private ServerBootstrap bootstrap(EventLoopGroup loops) {
    return new ServerBootstrap()
        .group(loops)
        .channel(EventLoops.serverChannel())
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        // A client that has said all it has to say still wants to hear what came of it.
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            accepted(channel);
          }
        });
  }

  private void accepted(Channel channel) {
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    if (local == null || remote == null) {
      // Gone already.
      channel.close();
    } else if (options.connections().proxyNetworks().stream()
        .anyMatch(network -> network.contains(remote.getAddress()))) {
      behindProxy.add(channel);
      channel.pipeline().addLast(new ProxyHeaderHandler(this, local, remote));
      if (stopping) {
        // Accepted just before the socket closed.
        channel.close();
      }
    } else {
      admit(channel, local, remote);
    }
  }

  /** Begins with a connection of which is known who the client is. On its event loop. */
  void admit(Channel channel, InetSocketAddress local, InetSocketAddress remote) {
    if (options.implicitTls()) {
      channel.pipeline().addLast(ConnectionHandler.TLS, tls.handler());
    }
    channel.pipeline().addLast(new ConnectionHandler(this, local, remote));
    behindProxy.remove(channel);
  }

  private Channel bind(ServerBootstrap bootstrap, InetSocketAddress address) throws IOException {
    try {
      return bootstrap.bind(address).sync().channel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while binding " + address, e);
    } catch (Exception e) {
      // Netty throws what bind(2) said, checked or not.
      String reason = NATIVE_PREFIX.matcher(String.valueOf(e.getMessage())).replaceFirst("");
      throw new IOException("can't bind " + show(address) + ": " + reason, e);
    }
  }

  private static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + " port " + address.getPort();
  }

  /**
   * Accepts no more; ends idle sessions at once, others when they come to an end of their own within {@code grace}, and
   * then the rest.
   */
  public synchronized void stop(Duration grace) {
    if (bound.isEmpty()) {
      return;
    }
    bound.forEach(channel -> channel.close().syncUninterruptibly());
    bound = List.of();
    stopping = true;
    behindProxy.close();
    connections.forEach(ProtocolServer::requestStop);
    if (!awaitNoConnections(grace)) {
      log.warn("{}: {} sessions cut off after {}", name, connections.size(), grace);
      connections.forEach(connection -> connection.input().end(ConnectionEnd.Reason.STOPPING));
      awaitNoConnections(LAST_WORDS);
      connections.forEach(Connection::close);
    }
    Future<?> sweeping = sweep;
    if (sweeping != null) {
      sweeping.cancel(false);
    }
    EventLoops.release();
  }

  private boolean awaitNoConnections(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (emptied) {
      while (!connections.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          emptied.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  /** Where it is to listen, whether it does or not. */
  public List<InetSocketAddress> configuredAddresses() {
    return options.addresses();
  }

  /** Where it listens; empty while it doesn't. */
  public List<InetSocketAddress> addresses() {
    return bound.stream()
        .map(channel -> (InetSocketAddress) channel.localAddress())
        .toList();
  }

  /** Connections open now, and sessions that still work behind closed ones. */
  public int connections() {
    return limits.total();
  }

  ServerOptions options() {
    return options;
  }

  ListenerTls tls() {
    return tls;
  }

  String name() {
    return name;
  }

  Protocol protocol() {
    return protocol;
  }

  ConnectionLimits limits() {
    return limits;
  }

  String nextConnectionId() {
    return Long.toString(CONNECTIONS.incrementAndGet(), Character.MAX_RADIX);
  }

  void register(Connection connection) {
    connections.add(connection);
    if (stopping) {
      // Accepted just before the socket closed.
      requestStop(connection);
    }
  }

  private static void requestStop(Connection connection) {
    if (connection.serving()) {
      connection.input().requestStop();
    } else {
      connection.close();
    }
  }

  /**
   * Counts a connection out when both its channel and its session are done: a session may go on behind a closed channel,
   * such as in a hook, and clients that come and go must not make more of them than the limits allow.
   */
  void letGo(Connection connection) {
    if (!connection.letGo()) {
      return;
    }
    connection.input().release();
    limits.leave(connection.remote().getAddress());
    connections.remove(connection);
    synchronized (emptied) {
      emptied.notifyAll();
    }
  }

  /** Starts the session's thread. */
  void serve(Connection connection) {
    start(connection, protocol);
  }

  /**
   * Holds a session, counted among this server's, on a connection that this side opened and whose roles were swapped then.
   * Returns when it is over.
   *
   * @param session what is spoken in it
   * @throws InterruptedException when interrupted; the connection is closed then
   */
  public void serve(TurnedChannel turned, Conversation session) throws InterruptedException {
    if (!limits.enter(turned.remote().getAddress())) {
      log.warn("{}: too many connections for the one to {}", name, turned.remote());
      turned.close();
      return;
    }
    Connection connection =
        new Connection(this, turned.channel(), turned.local(), turned.remote(), true);
    register(connection);
    Thread thread = start(connection, session);
    turned.giveTo(new ConnectionHandler(this, connection));
    try {
      thread.join();
    } catch (InterruptedException e) {
      connection.close();
      throw e;
    }
  }

  /** The one catch point of a connection. */
  private Thread start(Connection connection, Conversation session) {
    connection.markServing();
    if (stopping) {
      connection.input().requestStop();
    }
    return Thread.ofVirtual().name(name + "-" + connection.id()).start(() -> {
      try {
        session.serve(connection);
      } catch (ConnectionEnd end) {
        log.debug("{} {}: {}", name, connection.id(), end.getMessage());
      } catch (RuntimeException | Error e) {
        log.error("{} {}: session with {} broke", name, connection.id(), connection.remote(), e);
      } finally {
        try {
          connection.finish();
        } finally {
          letGo(connection);
        }
      }
    });
  }

  private void endSilent() {
    long now = System.nanoTime();
    for (Connection connection : connections) {
      if (connection.input().overdue(now)) {
        connection.input().end(ConnectionEnd.Reason.TIMEOUT);
      }
    }
  }
}
