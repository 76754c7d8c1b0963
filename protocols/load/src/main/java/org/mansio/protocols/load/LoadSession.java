package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.load.Outcomes.Stage;

/** One connection of the generator, on its event loop. */
final class LoadSession extends ByteToMessageDecoder {
  /** Between attempts to connect. */
  static final long RECONNECT_MILLIS = 100;

  private static final int MAX_REPLY_LINE = 4096;
  private static final int CODE = 3;
  private static final int ENVELOPE_ROOM = 256;
  private static final int READY = 220;
  private static final int GO_ON = 354;
  private static final int CLOSING = 421;
  private static final int PERCENT = 100;

  private final Load load;
  private final Load.Caller caller;
  private final LoadOptions.Peer peer;
  private final Deque<Stage> awaited = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private boolean encrypted;
  private boolean pipelining;
  private boolean served;
  private int mailsSent;

  /** When the reply that is waited for must be there; 0: none is waited for. */
  private volatile long patienceEnds;

  // The mail under way.
  private int number = -1;
  private long began;
  private int recipientsAsked;
  private int recipientsTaken;
  private boolean messageSent;
  private long messageEnded;
  private boolean refused;

  LoadSession(Load load, Load.Caller caller) {
    this.load = load;
    this.caller = caller;
    this.peer = load.options().peer();
  }

  /** Whether the server let it come as far as to a mail. */
  boolean wasServed() {
    return served;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    load.opened(this);
    if (peer.tls() == LoadOptions.Tls.IMPLICIT) {
      startTls(ctx);
    }
    await(Stage.CONNECT);
    super.channelActive(ctx);
  }

  private void startTls(ChannelHandlerContext ctx) {
    encrypted = true;
    ctx.pipeline().addFirst(load.tls().newHandler(ctx.alloc()));
  }

  private void await(Stage stage) {
    awaited.add(stage);
    patienceEnds = System.nanoTime() + peer.timeout().toNanos();
  }

  /** From any thread. */
  void closeIfOverdue() {
    long end = patienceEnds;
    ChannelHandlerContext ctx = context;
    if (end != 0 && System.nanoTime() - end > 0 && ctx != null) {
      ctx.close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = in.bytesBefore((byte) '\n');
    if (length < 0) {
      if (in.readableBytes() > MAX_REPLY_LINE) {
        ctx.close();
      }
      return;
    }
    int start = in.readerIndex();
    int code = length > CODE ? (int) Digits.read(in, start, start + CODE) : -1;
    boolean last = length > CODE && in.getByte(start + CODE) != '-';
    if (awaited.peek() == Stage.HELLO && length > CODE + 1) {
      keyword(in.toString(start + CODE + 1, length - CODE - 1, StandardCharsets.US_ASCII));
    }
    in.skipBytes(length + 1);
    if (code < 0) {
      ctx.close();
    } else if (last) {
      replied(ctx, code);
    }
  }

  private void keyword(String line) {
    if (line.strip().toUpperCase(Locale.ROOT).equals("PIPELINING")) {
      pipelining = peer.pipelining();
    }
  }

  private void replied(ChannelHandlerContext ctx, int code) {
    Stage stage = awaited.poll();
    if (awaited.isEmpty()) {
      patienceEnds = 0;
    }
    if (stage == null) {
      // Nothing was asked: the server ends the session (RFC 5321 §3.8), or is confused.
      ctx.close();
      return;
    }
    if (code >= 400) {
      load.outcomes().refusal(stage, code);
    }
    if (code == CLOSING) {
      endedByServer(ctx);
      return;
    }
    switch (stage) {
      case CONNECT -> onlyAfter(ctx, code == READY, this::hello);
      case HELLO -> onlyAfter(ctx, code < 300, this::afterHello);
      case STARTTLS ->
        onlyAfter(ctx, code == READY, c -> {
          startTls(c);
          hello(c);
        });
      case AUTH -> onlyAfter(ctx, code < 300, this::nextMail);
      case MAIL -> afterMail(ctx, code);
      case RCPT -> afterRecipient(ctx, code);
      case DATA -> afterData(ctx, code);
      case DOT -> afterMessage(ctx, code);
      case RESET -> nextMail(ctx);
      case QUIT -> ctx.close();
    }
  }

  /** A step of the session's beginning. */
  private interface Step {
    void go(ChannelHandlerContext ctx);
  }

  private static void onlyAfter(ChannelHandlerContext ctx, boolean success, Step step) {
    if (success) {
      step.go(ctx);
    } else {
      ctx.close();
    }
  }

  private void endedByServer(ChannelHandlerContext ctx) {
    if (number >= 0) {
      load.outcomes().refused.increment();
      number = -1;
    }
    ctx.close();
  }

  private void hello(ChannelHandlerContext ctx) {
    pipelining = false;
    command(ctx, Stage.HELLO, (peer.lmtp() ? "LHLO " : "EHLO ") + peer.helo());
  }

  private void afterHello(ChannelHandlerContext ctx) {
    if (peer.tls() == LoadOptions.Tls.STARTTLS && !encrypted) {
      command(ctx, Stage.STARTTLS, "STARTTLS");
    } else if (peer.plainLogin().isPresent()) {
      command(ctx, Stage.AUTH, "AUTH PLAIN " + peer.plainLogin().get());
    } else {
      nextMail(ctx);
    }
  }

  private void command(ChannelHandlerContext ctx, Stage stage, String text) {
    await(stage);
    ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), text + "\r\n"));
  }

  private void nextMail(ChannelHandlerContext ctx) {
    number = -1;
    served = true;
    int taken = mailsSent < load.options().volume().mailsPerConnection() ? load.take() : -1;
    if (taken < 0) {
      command(ctx, Stage.QUIT, "QUIT");
      return;
    }
    number = taken;
    long wait = load.nanosUntil(taken, mailsSent == 0);
    mailsSent++;
    began = 0;
    messageSent = false;
    if (wait > 0) {
      ctx.executor().schedule(() -> begin(ctx), wait, TimeUnit.NANOSECONDS);
    } else {
      begin(ctx);
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    began = System.nanoTime();
    recipientsAsked = 0;
    recipientsTaken = 0;
    refused = false;
    ByteBuf out = ctx.alloc().directBuffer(ENVELOPE_ROOM);
    load.writer().mail(out, number);
    await(Stage.MAIL);
    if (pipelining) {
      // RFC 2920 §3.1: DATA may be the last command of a group.
      while (recipientsAsked < load.options().content().recipients()) {
        writeRecipient(out);
      }
      writeData(out);
    }
    ctx.writeAndFlush(out);
  }

  private void writeRecipient(ByteBuf out) {
    load.writer().recipient(out, number, recipientsAsked);
    recipientsAsked++;
    await(Stage.RCPT);
  }

  private void writeData(ByteBuf out) {
    out.writeCharSequence("DATA\r\n", StandardCharsets.US_ASCII);
    await(Stage.DATA);
  }

  private void afterMail(ChannelHandlerContext ctx, int code) {
    refused = code >= 300;
    if (!pipelining) {
      if (refused) {
        refuse(ctx, false);
      } else {
        ByteBuf out = ctx.alloc().directBuffer(ENVELOPE_ROOM);
        writeRecipient(out);
        ctx.writeAndFlush(out);
      }
    }
  }

  private void afterRecipient(ChannelHandlerContext ctx, int code) {
    if (code < 300) {
      recipientsTaken++;
    }
    if (pipelining) {
      return;
    }
    boolean more = recipientsAsked < load.options().content().recipients();
    if (!more && recipientsTaken == 0) {
      refuse(ctx, true);
      return;
    }
    ByteBuf out = ctx.alloc().directBuffer(ENVELOPE_ROOM);
    if (more) {
      writeRecipient(out);
    } else {
      writeData(out);
    }
    ctx.writeAndFlush(out);
  }

  private void afterData(ChannelHandlerContext ctx, int code) {
    if (code != GO_ON) {
      refuse(ctx, !refused);
    } else if (recipientsTaken == 0) {
      // RFC 2920 §3.1: a server may take DATA although it took no recipient.
      refused = true;
      command(ctx, Stage.DOT, ".");
    } else if (isToBeAborted()) {
      abort(ctx);
    } else {
      ByteBuf message = load.writer().message(ctx.alloc(), number);
      int octetRate = load.options().pace().octetsPerSecond();
      if (octetRate > 0) {
        new SlowWriter(ctx, message, octetRate, this::awaitVerdict).start();
      } else {
        awaitVerdict();
        ctx.writeAndFlush(message);
      }
    }
  }

  private boolean isToBeAborted() {
    int percent = load.options().pace().abortPercent();
    return percent > 0 && ThreadLocalRandom.current().nextInt(PERCENT) < percent;
  }

  private void abort(ChannelHandlerContext ctx) {
    load.outcomes().aborted.increment();
    ByteBuf message = load.writer().message(ctx.alloc(), number);
    number = -1;
    message.writerIndex(message.readerIndex() + message.readableBytes() / 2);
    ctx.writeAndFlush(message).addListener(written -> ctx.close());
  }

  /** From now on the mail is the server's, or may be. */
  private void awaitVerdict() {
    messageSent = true;
    messageEnded = System.nanoTime();
    // RFC 2033 §4.2: a reply for each recipient that was taken.
    int replies = peer.lmtp() ? recipientsTaken : 1;
    for (int i = 0; i < replies; i++) {
      await(Stage.DOT);
    }
  }

  private void afterMessage(ChannelHandlerContext ctx, int code) {
    refused |= code >= 300;
    if (awaited.peek() == Stage.DOT) {
      return;
    }
    if (refused) {
      refuse(ctx, false);
      return;
    }
    long now = System.nanoTime();
    load.replied(now);
    load.outcomes().latencies.add(now - began);
    load.outcomes().verdicts.add(now - messageEnded);
    load.outcomes().acknowledged.add(number);
    nextMail(ctx);
  }

  /** @param open whether the transaction is still there and has to be ended */
  private void refuse(ChannelHandlerContext ctx, boolean open) {
    load.outcomes().refused.increment();
    load.replied(System.nanoTime());
    number = -1;
    if (open) {
      command(ctx, Stage.RESET, "RSET");
    } else {
      nextMail(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    if (number >= 0 && messageSent) {
      load.outcomes().uncertain.add(number);
    } else if (number >= 0) {
      load.outcomes().lost.increment();
    }
    number = -1;
    load.closed(this, caller);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset or a failed handshake: a lost connection, which is counted.
    ctx.close();
  }
}
