package org.mansio.mailets.antispam.milter;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection to a milter, negotiated. Reads and writes block the calling thread, which is a virtual one; each has a
 * time-out, at which the connection is closed, since no channel of the JDK times out by itself. A connection that failed in
 * any way is closed. For one thread at a time.
 */
final class MilterConnection implements Closeable {
  /** Packets are gathered up to this many octets before they are written. */
  private static final int OUTPUT_SIZE = 1 << 12;

  // Small, since there may be as many connections as sessions.
  private static final int INPUT_SIZE = 1 << 12;
  private static final char QUIT = 'Q';
  private static final char QUIT_AND_START_OVER = 'K';

  private final SocketChannel channel;
  private final Duration commandTimeout;
  private final PacketDecoder decoder;
  private final ByteBuffer input = ByteBuffer.allocate(INPUT_SIZE).flip();
  private final ByteBuffer output = ByteBuffer.allocate(OUTPUT_SIZE);
  private final Negotiation negotiation;
  private boolean startedOver;

  /** Input and output of a channel. */
  @FunctionalInterface
  private interface Transfer {
    void run() throws IOException;
  }

  private MilterConnection(SocketChannel channel, MilterOptions options) throws IOException {
    this.channel = channel;
    this.commandTimeout = options.commandTimeout();
    this.decoder = new PacketDecoder(options.maxPacket());
    send(Negotiation.offer(options.protocol()));
    this.negotiation = Negotiation.answer(receive(commandTimeout), options.protocol());
  }

  /** Connects and negotiates. */
  static MilterConnection open(MilterOptions options) throws IOException {
    SocketChannel channel = connect(options);
    try {
      return new MilterConnection(channel, options);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel connect(MilterOptions options) throws IOException {
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    IOException last = new MilterException("has no address");
    for (SocketAddress address : options.address().resolve()) {
      SocketChannel channel = channel(address);
      try {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        within(channel, left, "doesn't take connections", () -> channel.connect(address));
        return channel;
      } catch (IOException e) {
        channel.close();
        last = e;
      }
    }
    throw last;
  }

  private static SocketChannel channel(SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress) {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return channel;
    }
    return SocketChannel.open(StandardProtocolFamily.UNIX);
  }

  Negotiation negotiation() {
    return negotiation;
  }

  /** Whether it served another session before; then the milter may have closed it meanwhile. */
  boolean startedOver() {
    return startedOver;
  }

  /** Whether the milter has neither closed it nor said anything, as far as is known without waiting. */
  boolean isQuiet() {
    try {
      channel.configureBlocking(false);
      input.clear();
      boolean quiet = channel.read(input) == 0;
      input.flip();
      channel.configureBlocking(true);
      return quiet;
    } catch (IOException e) {
      return false;
    }
  }

  /** Sends a packet, together with others, at {@link #receive} at the latest. */
  void send(Packet packet) throws IOException {
    if (packet.wireSize() > output.remaining()) {
      flush();
    }
    if (packet.wireSize() <= output.remaining()) {
      packet.putTo(output);
    } else {
      write(packet.wire());
    }
  }

  /** Writes what was gathered. */
  void flush() throws IOException {
    if (output.position() > 0) {
      write(output.flip());
      output.clear();
    }
  }

  private void write(ByteBuffer... octets) throws IOException {
    within(channel, commandTimeout, "doesn't read", () -> {
      while (octets[octets.length - 1].hasRemaining()) {
        channel.write(octets);
      }
    });
  }

  /** The next packet of the milter. */
  Packet receive(Duration timeout) throws IOException {
    flush();
    Optional<Packet> packet = decode();
    if (packet.isPresent()) {
      return packet.get();
    }
    Packet[] received = new Packet[1];
    within(channel, timeout, "didn't answer", () -> received[0] = read());
    return received[0];
  }

  private Packet read() throws IOException {
    while (true) {
      input.clear();
      int count = channel.read(input);
      input.flip();
      if (count < 0) {
        throw new EOFException("closed the connection");
      }
      Optional<Packet> packet = decode();
      if (packet.isPresent()) {
        return packet.get();
      }
    }
  }

  private Optional<Packet> decode() throws IOException {
    try {
      return decoder.decode(input);
    } catch (MilterException e) {
      close();
      throw e;
    }
  }

  /** Runs a transfer; when time is up the channel is closed under it. */
  private static void within(
      SocketChannel channel, Duration timeout, String failing, Transfer transfer)
      throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> watchdog = ForkJoinPool.commonPool()
        .schedule(
            () -> {
              late.set(true);
              closeQuietly(channel);
            },
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      transfer.run();
    } catch (AsynchronousCloseException e) {
      throw new MilterException(
          late.get() ? failing + " within " + timeout.toMillis() + " ms" : "was given up", e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw e;
    } finally {
      watchdog.cancel(false);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Closing is all that was wanted; the channel is of no use either way.
    }
  }

  /**
   * Ends the session so that the connection can serve another one ({@code SMFIC_QUIT_NC}).
   *
   * @return whether it can; if not, it is still to be closed
   */
  boolean startOver() {
    if (!negotiation.canStartOver() || !channel.isOpen() || input.hasRemaining()) {
      return false;
    }
    try {
      send(Packet.of(QUIT_AND_START_OVER));
      flush();
      startedOver = true;
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Says good-bye, if that is possible, and closes. */
  void quit() {
    try {
      if (channel.isOpen()) {
        send(Packet.of(QUIT));
        flush();
      }
    } catch (IOException e) {
      // The milter has gone first.
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
