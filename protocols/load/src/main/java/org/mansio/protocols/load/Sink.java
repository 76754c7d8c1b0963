package org.mansio.protocols.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** A server that takes mail, or refuses it as it is told, and remembers only which it was. Thread-safe. */
final class Sink implements AutoCloseable {
  private static final int BACKLOG = 4096;

  private final SinkOptions options;
  private final Arrivals arrivals = new Arrivals();
  private final LongAdder connections = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong dumped = new AtomicLong();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final CountDownLatch enough = new CountDownLatch(1);
  private final Optional<SslContext> tls;
  private final Loops loops;

  // An event loop that ends at once may leave connections open, and whoever has one waits in vain.
  private final ChannelGroup open;

  private final Channel channel;

  /** Listens. @throws IOException when it can't */
  Sink(SinkOptions options) throws IOException {
    this.options = options;
    if (options.dump().isPresent()) {
      Files.createDirectories(options.dump().get());
    }
    this.loops = new Loops("sink", options.threads());
    this.open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    try {
      this.tls = context(options.protocol());
    } catch (IOException e) {
      loops.close();
      throw e;
    }
    var listening = new ServerBootstrap()
        .group(loops.group())
        .channel(Loops.server())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new Sessions())
        .bind(options.address())
        .awaitUninterruptibly();
    if (!listening.isSuccess()) {
      loops.close();
      throw new IOException("can't listen on " + options.address(), listening.cause());
    }
    this.channel = listening.channel();
  }

  private static Optional<SslContext> context(SinkOptions.Protocol protocol) throws IOException {
    if (protocol.tls() == LoadOptions.Tls.NONE
        || protocol.certificate().isEmpty()
        || protocol.key().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SslContextBuilder.forServer(
              protocol.certificate().get().toFile(), protocol.key().get().toFile())
          .sslProvider(SslProvider.JDK)
          .build());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private final class Sessions extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel child) {
      connections.increment();
      open.add(child);
      if (options.protocol().tls() == LoadOptions.Tls.IMPLICIT) {
        tls.ifPresent(context -> child.pipeline().addLast(context.newHandler(child.alloc())));
      }
      child.pipeline().addLast(new SinkSession(Sink.this));
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  SinkOptions options() {
    return options;
  }

  Optional<SslContext> tls() {
    return tls;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  void refused(Trouble.Stage stage, int code) {
    refusals
        .computeIfAbsent(stage.name().toLowerCase(Locale.ROOT) + ":" + code, k -> new LongAdder())
        .increment();
  }

  void dropped() {
    dropped.increment();
  }

  /** A mail is the sink's. */
  void took(MessageReader message) {
    arrivals.add(message.id(), message.octets());
    if (options.mails() > 0 && arrivals.mails() >= options.mails()) {
      end();
    }
  }

  /** Where the next mail is written to, if they are kept. */
  Optional<OutputStream> copy() throws IOException {
    Optional<Path> folder = options.dump();
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path file = folder.get().resolve("%08d.eml".formatted(dumped.incrementAndGet()));
    return Optional.of(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** Whoever waits for the end, goes on. */
  void end() {
    enough.countDown();
  }

  /** @return whether the end came within the time */
  boolean awaitEnd(long millis) throws InterruptedException {
    return enough.await(millis, TimeUnit.MILLISECONDS);
  }

  /** @throws IOException when what generators wrote can't be read */
  Map<String, Object> report() throws IOException {
    Map<String, Object> report = arrivals.report();
    report.put("connections", connections.sum());
    report.put("dropped", dropped.sum());
    report.put("refusals", new TreeMap<>(refusals));
    report.put(
        "cpuSeconds",
        ProcessHandle.current()
            .info()
            .totalCpuDuration()
            .map(cpu -> cpu.toMillis() / 1000.0)
            .orElse(0.0));
    if (!options.acknowledged().isEmpty()) {
      report.put("check", arrivals.check(options.acknowledged()));
    }
    return report;
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    open.close().awaitUninterruptibly();
    loops.close();
  }
}
