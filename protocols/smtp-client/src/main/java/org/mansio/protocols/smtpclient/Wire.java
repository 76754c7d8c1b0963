package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.core.TurnedChannel;

/**
 * A connection as a virtual thread sees it: octets out, replies in, each wait with a time-out, interruptible. The event
 * loop only frames replies and puts them into a queue. One thread at a time uses it.
 */
final class Wire extends SimpleChannelInboundHandler<Reply> {
  /** A transaction has a reply for each recipient in flight, and few others; a peer that sends more floods us. */
  private static final int MAX_WAITING_REPLIES = SmtpClient.MAX_RECIPIENTS + 24;

  private static final int MAX_MILLIS = Integer.MAX_VALUE;
  private static final long QUIT_PATIENCE_SECONDS = 2;
  // For a task of the event loop, which waits for nobody.
  private static final Duration TURN_PATIENCE = Duration.ofMinutes(1);

  /** Of the native transport: {@code finishConnect(..) failed with error(-111): Connection refused: host/address:port}. */
  private static final Pattern SYSTEM_ERROR =
      Pattern.compile("\\w+\\(.*\\) failed(?: with error\\(-?\\d+\\))?: ([^:]+)(?:: .*)?");

  private sealed interface Event {
    record Answer(Reply reply) implements Event {}

    record Lost(IOException cause) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ReplyDecoder decoder = new ReplyDecoder();
  private final Channel channel;
  private volatile @Nullable Runnable onDisturbance;
  private volatile boolean quitting;

  private Wire(Channel channel) {
    this.channel = channel;
  }

  /**
   * Opens a connection; with {@link TlsMode#IMPLICIT} its TLS handshake is done.
   *
   * @throws IOException when it can't be opened in time
   */
  static Wire connect(ClientLoops loops, ClientTls tls, Peer peer, ClientOptions options)
      throws IOException, InterruptedException {
    Duration patience = options.timeouts().connect();
    AtomicReference<@Nullable Wire> made = new AtomicReference<>();
    ChannelFuture connecting = loops
        .bootstrap()
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(patience.toMillis(), MAX_MILLIS))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            Wire wire = new Wire(channel);
            made.set(wire);
            channel.pipeline().addLast(wire.decoder).addLast(wire);
          }
        })
        .connect(
            peer.address(),
            options.source().map(source -> new InetSocketAddress(source, 0)).orElse(null));
    try {
      await(connecting, patience.plusSeconds(1), "connecting");
    } catch (IOException | InterruptedException e) {
      connecting.cancel(false);
      connecting.channel().close();
      throw e;
    }
    // Not from the pipeline: a host that refuses and closes at once has emptied it by now, and what
    // it said still counts.
    Wire wire = Objects.requireNonNull(made.get());
    if (options.tls() == TlsMode.IMPLICIT) {
      if (!wire.isOpen()) {
        throw new EOFException("the connection was closed at once");
      }
      SslHandler handler =
          tls.handshake(peer, options.verification(), wire.allocator()).handler();
      wire.channel.pipeline().addFirst(handler);
      wire.awaitHandshake(handler, options.timeouts().command());
    }
    return wire;
  }

  /** Takes up a connection whose roles were swapped: the peer speaks first. */
  static Wire over(TurnedChannel turned) {
    Wire wire = new Wire(turned.channel());
    turned.giveTo(wire.decoder, wire);
    return wire;
  }

  /**
   * Lets go of the connection behind the reply that was read last, so that another session may begin with the roles swapped.
   *
   * @param stopping whether nothing new should begin
   * @throws IOException when the peer has said more than that reply, or is gone; the connection is closed then
   */
  TurnedChannel turn(BooleanSupplier stopping) throws IOException, InterruptedException {
    Promise<TurnedChannel> turned = channel.eventLoop().newPromise();
    // On the event loop nothing can arrive between the look and the change of hands.
    channel.eventLoop().execute(() -> {
      if (hasEvent() || decoder.hasPart() || !channel.isActive()) {
        turned.setFailure(new IOException("the peer says more than that the roles are swapped"));
        channel.close();
        return;
      }
      String id = channel.id().asShortText();
      InetSocketAddress local = (InetSocketAddress) channel.localAddress();
      InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
      turned.setSuccess(TurnedChannel.hold(channel, id, local, remote, stopping));
      channel.pipeline().remove(this);
      channel.pipeline().remove(decoder);
    });
    await(turned, TURN_PATIENCE, "swapping the roles");
    return turned.getNow();
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  /**
   * Sends lines in one write, each ended by CR LF, when all that was sent before is answered.
   *
   * @throws IllegalArgumentException for a line break within a line
   * @throws IOException when an answer is there already; the connection is closed then
   */
  void send(Iterable<String> lines) throws IOException {
    if (events.peek() instanceof Event.Answer(Reply early) && !early.isClosing()) {
      // It would answer what is asked now, and each reply behind it the wrong command.
      close();
      throw new ReplySyntaxException("a reply that nobody asked for: " + early.text());
    }
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("line break in a command");
      }
      text.append(line).append("\r\n");
    }
    // A failed write closes the channel, which the wait for the reply reports.
    write(ByteBufUtil.writeUtf8(allocator(), text));
  }

  /** Sends octets; the buffer belongs to the wire from now on. */
  ChannelFuture write(ByteBuf octets) {
    return channel.writeAndFlush(octets).addListener(written -> {
      if (!written.isSuccess()) {
        channel.close();
      }
    });
  }

  /** Waits until a write is on its way. @throws IOException when it isn't within the time; the connection is closed */
  void awaitWritten(ChannelFuture written, Duration patience)
      throws IOException, InterruptedException {
    try {
      await(written, patience, "sending a block of the message");
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Whether {@link #reply} has something to say without waiting. */
  boolean hasEvent() {
    return !events.isEmpty();
  }

  /**
   * The next reply.
   *
   * @throws IOException when none comes in time, the connection is lost, or what comes is no reply; it is closed then
   */
  Reply reply(Duration patience, String stage) throws IOException, InterruptedException {
    Event event;
    try {
      event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      close();
      throw e;
    }
    return switch (event) {
      case null -> {
        close();
        throw new SocketTimeoutException(
            "no reply to " + stage + " within " + patience.toSeconds() + " s");
      }
      case Event.Answer answer -> answer.reply();
      case Event.Lost lost -> {
        events.add(lost);
        throw new IOException(
            "lost the connection at " + stage + ": " + reason(lost.cause()), lost.cause());
      }
    };
  }

  /**
   * Sends STARTTLS and, when it is answered with 220, does the handshake.
   *
   * @throws IOException also when more replies came in the clear than were asked for; the connection is closed then
   */
  Reply startTls(SslHandler handler, Duration patience) throws IOException, InterruptedException {
    decoder.startTlsAfterReply(handler);
    send(List.of("STARTTLS"));
    Reply reply = reply(patience, "STARTTLS");
    if (reply.isReadyForTls()) {
      awaitHandshake(handler, patience);
      // RFC 3207 §4.2: a reply sent ahead in the clear must not answer what is asked in TLS. The
      // server doesn't speak first there.
      if (events.peek() instanceof Event.Answer) {
        close();
        throw new ReplySyntaxException("a reply that nobody asked for came in the clear");
      }
    }
    return reply;
  }

  private void awaitHandshake(SslHandler handler, Duration patience)
      throws IOException, InterruptedException {
    try {
      await(handler.handshakeFuture(), patience, "the TLS handshake");
    } catch (IOException e) {
      close();
      throw new TlsFailure(reason(e), e);
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  boolean isOpen() {
    return channel.isActive();
  }

  /** Runs the action once anything comes from the peer, its end included; null: nothing more runs. */
  void onDisturbance(@Nullable Runnable action) {
    onDisturbance = action;
    if (action != null && (hasEvent() || !isOpen())) {
      action.run();
    }
  }

  /** Runs an action after a time, on an event loop: it must not block. */
  Future<?> after(Duration time, Runnable action) {
    return channel.eventLoop().schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Says QUIT, waits for the answer in the background, and closes. The result is done when QUIT is on its way. */
  Future<?> quit() {
    quitting = true;
    if (!isOpen() || channel.eventLoop().isShuttingDown()) {
      return channel.close();
    }
    channel.eventLoop().schedule(() -> channel.close(), QUIT_PATIENCE_SECONDS, TimeUnit.SECONDS);
    return write(Unpooled.copiedBuffer("QUIT\r\n", StandardCharsets.US_ASCII));
  }

  /** Waits until the connection is closed, which {@link #quit} sees to within two seconds. */
  void awaitClosed() {
    channel.closeFuture().awaitUninterruptibly(QUIT_PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void close() {
    channel.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Reply reply) {
    if (quitting) {
      ctx.close();
    } else if (events.size() >= MAX_WAITING_REPLIES) {
      lost(new ReplySyntaxException("more replies than commands"));
      ctx.close();
    } else {
      events.add(new Event.Answer(reply));
      disturb();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(new EOFException("closed by the peer"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable inner =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    lost(inner instanceof IOException failure ? failure : new IOException(inner));
    ctx.close();
  }

  private void lost(IOException cause) {
    events.add(new Event.Lost(cause));
    disturb();
  }

  private void disturb() {
    Runnable action = onDisturbance;
    // The event may have been taken already by the thread that waited for it, which then declared
    // the connection idle.
    if (action != null && hasEvent()) {
      action.run();
    }
  }

  private static void await(Future<?> future, Duration patience, String what)
      throws IOException, InterruptedException {
    if (!future.await(patience.toMillis())) {
      throw tooSlow(what, patience);
    }
    Throwable failure = future.cause();
    if (failure instanceof ConnectTimeoutException) {
      throw tooSlow(what, patience);
    }
    if (failure != null) {
      throw new IOException(what + " failed: " + reason(failure), failure);
    }
  }

  private static SocketTimeoutException tooSlow(String what, Duration patience) {
    return new SocketTimeoutException(what + " took longer than " + patience.toSeconds() + " s");
  }

  /** For people: without the name of the system's function, and without the address, which they are told anyway. */
  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    Matcher system = SYSTEM_ERROR.matcher(message);
    if (system.matches()) {
      return system.group(1);
    }
    return failure instanceof SocketException ? message.split(": ", 2)[0] : message;
  }
}
