package org.mansio.protocols.core;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Octets on their way to the peer, gathered until they are sent in one write. For the session's thread. */
final class Output {
  private static final int LARGE = 1 << 14;
  private static final int FIRST_SIZE = 256;
  private static final int LINGER_SECONDS = 10;
  private static final byte[] EMPTY = new byte[0];

  private final Channel channel;
  private byte[] gathered = EMPTY;
  private int length;

  Output(Channel channel) {
    this.channel = channel;
  }

  void add(byte[] octets) {
    if (length + octets.length > gathered.length) {
      gathered = Arrays.copyOf(gathered, Math.max(FIRST_SIZE, 2 * (length + octets.length)));
    }
    System.arraycopy(octets, 0, gathered, length, octets.length);
    length += octets.length;
  }

  /** Whether enough was gathered to be sent without waiting for more. */
  boolean isLarge() {
    return length >= LARGE;
  }

  /** Sends what was gathered. @return whether more may follow; otherwise once {@link #mayGoOn} says so */
  boolean send() {
    if (length > 0) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(take()), channel.voidPromise());
      return channel.isWritable();
    }
    return true;
  }

  /** Whether the peer has taken so much that more may follow, or is gone and takes nothing any more. */
  boolean mayGoOn() {
    return channel.isWritable() || !channel.isActive();
  }

  /** Sends what was gathered, as far as the peer takes it, and closes the channel. */
  void finish() {
    byte[] rest = take();
    channel.eventLoop().execute(() -> {
      ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
      if (rest.length == 0 && (waiting == null || waiting.isEmpty())) {
        channel.close();
        return;
      }
      // Also with nothing left to write: it is sent behind what waits.
      ChannelFuture sent = channel.writeAndFlush(Unpooled.wrappedBuffer(rest));
      if (sent.isDone()) {
        channel.close();
        return;
      }
      sent.addListener(ChannelFutureListener.CLOSE);
      // A peer that reads nothing must not keep the socket.
      channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    });
  }

  private byte[] take() {
    byte[] octets = Arrays.copyOf(gathered, length);
    length = 0;
    if (gathered.length > LARGE) {
      gathered = EMPTY;
    }
    return octets;
  }
}
