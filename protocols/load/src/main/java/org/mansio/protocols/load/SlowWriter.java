package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/** Sends a buffer at so many octets a second; on the event loop. */
final class SlowWriter {
  private static final long SECOND = 1_000_000_000L;

  /** More often than this, several octets go at a time. */
  private static final int MOST_WRITES_A_SECOND = 1000;

  private final ChannelHandlerContext ctx;
  private final ByteBuf octets;
  private final int atOnce;
  private final long gapNanos;
  private final Runnable whenDone;

  /** @param octets belong to this from now on @param whenDone called before the last of them is sent */
  SlowWriter(ChannelHandlerContext ctx, ByteBuf octets, int perSecond, Runnable whenDone) {
    this.ctx = ctx;
    this.octets = octets;
    this.atOnce = Math.max(1, perSecond / MOST_WRITES_A_SECOND);
    this.gapNanos = SECOND * atOnce / perSecond;
    this.whenDone = whenDone;
  }

  void start() {
    write();
  }

  private void write() {
    if (!ctx.channel().isActive()) {
      octets.release();
    } else if (octets.readableBytes() <= atOnce) {
      whenDone.run();
      ctx.writeAndFlush(octets);
    } else {
      ctx.writeAndFlush(octets.readRetainedSlice(atOnce));
      ctx.executor().schedule(this::write, gapNanos, TimeUnit.NANOSECONDS);
    }
  }
}
