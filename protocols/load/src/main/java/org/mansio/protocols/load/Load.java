package org.mansio.protocols.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * One run: sessions that take the next number each until all mails are sent. Nothing blocks; everything happens on the event
 * loop of the connection, and what is shared is a handful of counters.
 */
final class Load {
  private static final long LOOK_AT_TIMEOUTS_MILLIS = 1000;
  private static final double NANOS = 1e9;

  private final LoadOptions options;
  private final Loops loops;
  private final String run;
  private final int mails;
  private final Outcomes outcomes = new Outcomes();
  private final MailWriter writer;
  private final SslContext tls;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong lastReply = new AtomicLong();
  private final Set<LoadSession> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended;
  private long started;

  /** @throws SSLException when this runtime has no TLS */
  Load(LoadOptions options, Loops loops, String run, int mails) throws SSLException {
    this.options = options;
    this.loops = loops;
    this.run = run;
    this.mails = mails;
    this.writer = new MailWriter(options.content(), run);
    this.ended = new CountDownLatch(sessions());
    this.tls = SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm("")
        .build();
  }

  private int sessions() {
    return Math.min(options.volume().sessions(), mails);
  }

  /** Sends everything. @return the report */
  Map<String, Object> run() throws InterruptedException {
    Duration cpuBefore = cpu();
    started = System.nanoTime();
    lastReply.set(started);
    for (int i = 0; i < sessions(); i++) {
      connect(new Caller(i));
    }
    Future<?> watch = loops
        .group()
        .next()
        .scheduleAtFixedRate(
            () -> open.forEach(LoadSession::closeIfOverdue),
            LOOK_AT_TIMEOUTS_MILLIS,
            LOOK_AT_TIMEOUTS_MILLIS,
            TimeUnit.MILLISECONDS);
    ended.await();
    watch.cancel(false);
    return report(cpu().minus(cpuBefore));
  }

  Outcomes outcomes() {
    return outcomes;
  }

  LoadOptions options() {
    return options;
  }

  MailWriter writer() {
    return writer;
  }

  SslContext tls() {
    return tls;
  }

  /** The number of the next mail to be sent, or -1 when there is none. */
  int take() {
    int number = next.getAndIncrement();
    return number < mails ? number : -1;
  }

  /** How long the mail of this number has to wait, by the rate asked for and the pause before it. */
  long nanosUntil(int number, boolean firstOfSession) {
    LoadOptions.Pace pace = options.pace();
    long pause = 0;
    if (!firstOfSession && !pace.longestPause().isZero()) {
      pause = ThreadLocalRandom.current()
          .nextLong(pace.shortestPause().toNanos(), pace.longestPause().toNanos() + 1);
    }
    if (pace.perSecond() == 0) {
      return pause;
    }
    long due = started + (long) (number * NANOS / pace.perSecond());
    return Math.max(pause, due - System.nanoTime());
  }

  void replied(long now) {
    lastReply.accumulateAndGet(now, Math::max);
  }

  /** One of the sessions, over all its connections. */
  final class Caller {
    private final int number;
    private int failures;

    private Caller(int number) {
      this.number = number;
    }
  }

  private void connect(Caller caller) {
    LoadSession session = new LoadSession(this, caller);
    Bootstrap bootstrap = new Bootstrap()
        .group(loops.group())
        .channel(Loops.client())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) options.peer().timeout().toMillis())
        .handler(session);
    int sources = options.peer().sourceAddresses();
    InetSocketAddress address = options.peer().address();
    var connecting = sources == 0
        ? bootstrap.connect(address)
        : bootstrap.connect(address, SourceAddresses.of(caller.number % sources));
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        outcomes.connections.increment();
      } else {
        goOn(caller);
      }
    });
  }

  void opened(LoadSession session) {
    open.add(session);
  }

  /** A connection that was there has ended. */
  void closed(LoadSession session, Caller caller) {
    open.remove(session);
    if (session.wasServed()) {
      caller.failures = 0;
      again(caller);
    } else {
      goOn(caller);
    }
  }

  /** After a connection that came to nothing. */
  private void goOn(Caller caller) {
    outcomes.failedConnections.increment();
    caller.failures++;
    again(caller);
  }

  private void again(Caller caller) {
    if (next.get() >= mails || caller.failures >= options.peer().connectAttempts()) {
      ended.countDown();
    } else if (caller.failures == 0) {
      connect(caller);
    } else {
      loops
          .group()
          .next()
          .schedule(() -> connect(caller), LoadSession.RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Map<String, Object> report(Duration cpu) {
    double seconds = Math.max(1, lastReply.get() - started) / NANOS;
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("run", run);
    report.putAll(outcomes.view(mails));
    report.put("startNanos", started);
    report.put("endNanos", lastReply.get());
    report.put("seconds", Math.round(seconds * 1000) / 1000.0);
    report.put("perSecond", Math.round(outcomes.acknowledged.total() / seconds));
    report.put("cpuSeconds", cpu.toMillis() / 1000.0);
    report.put("acknowledgedNumbers", outcomes.acknowledged.ranges());
    report.put("uncertainNumbers", outcomes.uncertain.ranges());
    return report;
  }
}
