package org.mansio.protocols.core;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection as its session sees it: blocking reads and gathered writes on the session's virtual thread. Methods are for
 * that thread only unless they say otherwise.
 *
 * <p>What is written is kept until the session would wait for the peer, or {@link #flush} is called, so that the replies to
 * a group of commands leave in one write (RFC 2920 §3.2).
 */
public final class Connection {
  private final ProtocolServer server;
  private final Channel channel;
  private final String id;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final boolean turned;
  private final InputQueue input;
  private final LineReader lines = new LineReader();
  private final Output output;
  // The channel, and the session's thread from when it starts.
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile boolean serving;
  // Verified once: with a check for revocation that costs a look-up elsewhere.
  private volatile @Nullable Optional<X509Certificate> clientCertificate;

  Connection(
      ProtocolServer server, Channel channel, InetSocketAddress local, InetSocketAddress remote) {
    this(server, channel, local, remote, false);
  }

  /** @param turned whether this side opened it */
  Connection(
      ProtocolServer server,
      Channel channel,
      InetSocketAddress local,
      InetSocketAddress remote,
      boolean turned) {
    this.server = server;
    this.channel = channel;
    this.id = server.nextConnectionId();
    this.local = local;
    this.remote = remote;
    this.turned = turned;
    this.output = new Output(channel);
    // As a task of the event loop, so that it can't overtake the pause that it undoes.
    this.input =
        new InputQueue(() -> channel.eventLoop().execute(() -> channel.config().setAutoRead(true)));
  }

  /** Unique while the server runs; for log lines. Any thread. */
  public String id() {
    return id;
  }

  /** Where the client connected to; what a trusted proxy says of it (PROXY protocol) holds. */
  public InetSocketAddress local() {
    return local;
  }

  /** Who the client is; what a trusted proxy says of it (PROXY protocol) holds. */
  public InetSocketAddress remote() {
    return remote;
  }

  /**
   * The next line. It may take the time-out in all.
   *
   * @param limit octets with CR LF; more make a fault
   * @param stoppable whether a stop of the server ends the wait for a line's first octet
   * @throws ConnectionEnd when none will come
   */
  public Line readLine(int limit, boolean stoppable) throws ConnectionEnd {
    return readLine(limit, stoppable, server.options().timeout().toNanos(), nanos -> {});
  }

  /**
   * The next line between two pieces of a message. The wait for it counts to the message's time.
   *
   * @param limit octets with CR LF; more make a fault
   * @throws ConnectionEnd when none will come, or the peer is too slow
   */
  public Line readLine(int limit, Pace pace) throws ConnectionEnd {
    return readLine(limit, false, pace.nextNanos(), pace::waited);
  }

  private Line readLine(int limit, boolean stoppable, long patienceNanos, LongConsumer waited)
      throws ConnectionEnd {
    long leftNanos = patienceNanos;
    while (true) {
      int from = input.position();
      int end = lines.find(input.array(), from, input.limit(), limit);
      if (end >= 0) {
        input.advanceTo(end);
        return lines.line(input.array(), from, end);
      }
      input.advanceTo(input.limit());
      // RFC 5321 §4.5.3.2.7: the time-out is for the whole command, however it drips.
      long took = fill(stoppable && !lines.inLine(), leftNanos);
      waited.accept(took);
      leftNanos -= took;
    }
  }

  /** For a message of which nothing has come yet; see {@link #readInto(OctetSink, Pace)}. */
  public Pace newPace() {
    return new Pace(server.options().timeout(), server.options().connections().minDataRate());
  }

  /**
   * Feeds a sink until it is complete; for a message in one piece.
   *
   * @throws ConnectionEnd when the connection ends before
   */
  public void readInto(OctetSink sink) throws ConnectionEnd {
    readInto(sink, newPace());
  }

  /**
   * Feeds a sink until it is complete.
   *
   * @param pace of all the message that this is a piece of
   * @throws ConnectionEnd when the connection ends before, or the peer is too slow
   */
  public void readInto(OctetSink sink, Pace pace) throws ConnectionEnd {
    while (!sink.complete()) {
      if (input.position() == input.limit()) {
        pace.waited(fill(false, pace.nextNanos()));
      }
      int from = input.position();
      input.advanceTo(sink.take(input.array(), from, input.limit()));
      pace.took(input.position() - from);
    }
  }

  /**
   * Whether the peer has sent octets that weren't read; for the session's thread, or one that it waits for.
   *
   * @param patience how long to wait for some
   */
  public boolean hasInput(Duration patience) {
    return input.hasArrived(patience);
  }

  /** Does nothing for a while; an end of the connection and a stop of the server cut it short. */
  public void pause(Duration time) {
    input.pause(time);
  }

  /** Gets octets that weren't read before. @return how long that took, in nanoseconds */
  private long fill(boolean stoppable, long limitNanos) throws ConnectionEnd {
    if (input.poll()) {
      return 0;
    }
    flush();
    long began = System.nanoTime();
    input.await(stoppable, limitNanos);
    return System.nanoTime() - began;
  }

  /** Counts a command of this peer's. @return whether it may send so many */
  public boolean withinCommandRate() {
    return server.limits().countCommand(remote.getAddress());
  }

  /** Adds octets to what will be written. */
  public void write(byte[] octets) throws ConnectionEnd {
    output.add(octets);
    if (output.isLarge()) {
      flush();
    }
  }

  /**
   * Sends what was written; waits while the peer doesn't take it.
   *
   * @throws ConnectionEnd when the peer takes nothing for too long; that it is gone, the next read tells
   */
  public void flush() throws ConnectionEnd {
    if (!output.send()) {
      input.awaitCondition(output::mayGoOn, server.options().timeout().toNanos());
    }
  }

  /**
   * Sends {@code goAhead} and lets TLS follow (RFC 3207 §4). All that was written before is sent first.
   *
   * @return false, with nothing sent, when the peer has sent octets behind its command already: they came in the clear and
   *     may be somebody else's (CVE-2011-0411); they are forgotten and the session must end
   * @throws ConnectionEnd when the handshake fails
   * @throws IllegalStateException when there is no usable certificate; nothing was sent then
   */
  public boolean startTls(byte[] goAhead) throws ConnectionEnd {
    flush();
    // Made here, where a certificate that can't be read is the command's failure and not the event
    // loop's.
    SslHandler handler = server.tls().handler();
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    // On the event loop nothing can arrive between the look at the queue and the TLS handler's
    // arrival.
    channel.eventLoop().execute(() -> {
      if (input.buffered() > 0) {
        result.complete(false);
        return;
      }
      channel.writeAndFlush(Unpooled.wrappedBuffer(goAhead), channel.voidPromise());
      channel.pipeline().addFirst(ConnectionHandler.TLS, handler);
      handler.handshakeFuture().addListener(done -> {
        if (done.isSuccess()) {
          result.complete(true);
        } else {
          result.completeExceptionally(new ConnectionEnd(ConnectionEnd.Reason.PEER));
        }
      });
      if (!channel.isActive() || input.hasEnded()) {
        // The peer left before or during the go-ahead: a handshake that never begins never fails
        // either.
        result.completeExceptionally(new ConnectionEnd(ConnectionEnd.Reason.PEER));
      }
    });
    boolean secured = join(result);
    if (!secured) {
      input.discard();
    }
    return secured;
  }

  /**
   * Sends {@code goAhead} and ends the session here, so that another may begin with the roles swapped (RFC 2645 §6). All that
   * was written before is sent first; nothing more can be read or written by this object.
   *
   * @return empty, with nothing sent, when the peer has sent octets behind its command already: they would belong to neither
   *     session; they are forgotten and the connection must be closed
   * @throws ConnectionEnd when the peer is gone
   */
  public Optional<TurnedChannel> turn(byte[] goAhead) throws ConnectionEnd {
    flush();
    CompletableFuture<Optional<TurnedChannel>> result = new CompletableFuture<>();
    // On the event loop nothing can arrive between the look at the queue and the change of hands.
    channel.eventLoop().execute(() -> {
      ConnectionHandler handler = channel.pipeline().get(ConnectionHandler.class);
      if (handler == null || !channel.isActive()) {
        result.completeExceptionally(new ConnectionEnd(ConnectionEnd.Reason.PEER));
      } else if (input.buffered() > 0) {
        result.complete(Optional.empty());
      } else {
        handler.passOn();
        TurnedChannel turned =
            TurnedChannel.hold(channel, id, local, remote, input::isStopRequested);
        channel.writeAndFlush(Unpooled.wrappedBuffer(goAhead), channel.voidPromise());
        result.complete(Optional.of(turned));
      }
    });
    Optional<TurnedChannel> turned = join(result);
    if (turned.isEmpty()) {
      input.discard();
    }
    return turned;
  }

  /** Whether this side opened the connection and the roles were swapped then. */
  public boolean turned() {
    return turned;
  }

  private static <T> T join(CompletableFuture<T> result) throws ConnectionEnd {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionEnd(ConnectionEnd.Reason.STOPPING);
    } catch (ExecutionException e) {
      throw new ConnectionEnd(ConnectionEnd.Reason.PEER);
    }
  }

  /** The TLS session's protocol and cipher suite, such as {@code TLSv1.3 TLS_AES_256_GCM_SHA384}; empty without TLS. */
  public Optional<String> tlsDescription() {
    return tlsSession().map(session -> session.getProtocol() + " " + session.getCipherSuite());
  }

  /** The certificate that the client showed, verified against the listener's authorities; may block to verify it. */
  public Optional<X509Certificate> clientCertificate() {
    Optional<X509Certificate> known = clientCertificate;
    if (known == null) {
      // What a server shows when this side opened the connection isn't a client's certificate.
      known = turned ? Optional.empty() : tlsSession().flatMap(server.tls()::verified);
      clientCertificate = tlsSession().isPresent() ? known : null;
    }
    return known;
  }

  /** The data that binds what is said to this TLS connection; the types are those of {@link ChannelBinding}. */
  public Optional<byte[]> channelBinding(String type) {
    return tlsSession().flatMap(session -> ChannelBinding.of(type, session));
  }

  private Optional<SSLSession> tlsSession() {
    return Optional.ofNullable(channel.pipeline().get(SslHandler.class))
        .map(handler -> handler.engine().getSession());
  }

  /** Sends what was written, as far as the peer takes it, and closes. */
  void finish() {
    output.finish();
  }

  /** Whether the session's thread runs; before that, during a handshake, nobody would hear of a stop. Any thread. */
  boolean serving() {
    return serving;
  }

  void markServing() {
    serving = true;
    holders.incrementAndGet();
  }

  /**
   * One of those that need the connection, its channel or its session's thread, is done with it. Any thread.
   *
   * @return whether it was the last
   */
  boolean letGo() {
    return holders.decrementAndGet() == 0;
  }

  /** Closes at once. Any thread. */
  void close() {
    channel.close();
  }

  /** Any thread. */
  InputQueue input() {
    return input;
  }
}
