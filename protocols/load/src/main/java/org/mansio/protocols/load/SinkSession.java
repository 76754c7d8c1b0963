package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.load.Trouble.Stage;

/** One connection of the sink, on its event loop. */
final class SinkSession extends ByteToMessageDecoder {
  /** Longer than any command of RFC 5321 §4.5.3.1.4 and its extensions. */
  private static final int MAX_COMMAND = 1 << 14;

  private static final int VERB = 4;
  private static final int ROOM = 256;
  private static final int CLOSING = 421;
  private static final AsciiString OK = AsciiString.of("250 2.0.0 Ok\r\n");
  private static final AsciiString GO_ON = AsciiString.of("354 Go on\r\n");
  private static final AsciiString BYE = AsciiString.of("221 2.0.0 Bye\r\n");
  private static final AsciiString BAD_SEQUENCE = AsciiString.of("503 5.5.1 Not now\r\n");
  private static final AsciiString UNKNOWN = AsciiString.of("500 5.5.2 What?\r\n");
  private static final AsciiString PERHAPS = AsciiString.of("252 2.0.0 Perhaps\r\n");
  private static final AsciiString READY_FOR_TLS = AsciiString.of("220 2.0.0 Ready\r\n");
  private static final AsciiString LOGGED_IN = AsciiString.of("235 2.7.0 Welcome\r\n");
  private static final AsciiString ASK = AsciiString.of("334 \r\n");

  private final Sink sink;
  private final Trouble trouble;
  private final SinkOptions.Protocol protocol;
  private final boolean readsRecipients;
  private @Nullable ByteBuf replies;
  private @Nullable MessageReader message;
  private boolean waiting;
  private boolean ending;
  private boolean encrypted;
  private boolean awaitsPassword;
  private boolean hasSender;
  private int recipients;

  SinkSession(Sink sink) {
    this.sink = sink;
    this.trouble = sink.options().trouble();
    this.protocol = sink.options().protocol();
    this.readsRecipients = trouble.readsRecipients();
    this.encrypted = protocol.tls() == LoadOptions.Tls.IMPLICIT;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    at(ctx, Stage.CONNECT, "", () -> say(ctx, "220 " + protocol.hostname() + " sink"));
    flush(ctx);
    super.channelActive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws IOException {
    if (waiting || ending) {
      if (ending) {
        in.skipBytes(in.readableBytes());
      }
      return;
    }
    MessageReader current = message;
    if (current == null) {
      command(ctx, in);
    } else if (current.take(in)) {
      message = null;
      current.close();
      end(ctx, current);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    flush(ctx);
    super.channelReadComplete(ctx);
  }

  private void command(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    int length = in.bytesBefore((byte) '\n');
    if (length < 0) {
      if (in.readableBytes() > MAX_COMMAND) {
        ctx.close();
      }
      return;
    }
    int start = in.readerIndex();
    in.skipBytes(length + 1);
    if (awaitsPassword) {
      awaitsPassword = false;
      say(ctx, LOGGED_IN);
      return;
    }
    switch (verb(in, start, length)) {
      case "EHLO", "HELO", "LHLO" -> at(ctx, Stage.HELLO, "", () -> hello(ctx));
      case "MAIL" ->
        at(ctx, Stage.MAIL, "", () -> {
          hasSender = true;
          recipients = 0;
          say(ctx, OK);
        });
      case "RCPT" -> recipient(ctx, in, start, length);
      case "DATA" -> data(ctx);
      case "RSET" -> {
        reset();
        say(ctx, OK);
      }
      case "NOOP" -> say(ctx, OK);
      case "VRFY" -> say(ctx, PERHAPS);
      case "AUTH" -> authenticate(ctx, in.toString(start, length, StandardCharsets.US_ASCII));
      case "STAR" -> startTls(ctx, in);
      case "QUIT" -> {
        say(ctx, BYE);
        finish(ctx);
      }
      default -> say(ctx, UNKNOWN);
    }
  }

  /** The first four letters, which tell all verbs apart. */
  private static String verb(ByteBuf in, int start, int length) {
    return length < VERB
        ? ""
        : in.toString(start, VERB, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
  }

  private void hello(ChannelHandlerContext ctx) {
    reset();
    StringBuilder text = new StringBuilder("250-").append(protocol.hostname()).append("\r\n");
    if (protocol.pipelining()) {
      text.append("250-PIPELINING\r\n");
    }
    if (protocol.tls() == LoadOptions.Tls.STARTTLS && !encrypted) {
      text.append("250-STARTTLS\r\n");
    }
    if (protocol.auth()) {
      text.append("250-AUTH PLAIN\r\n");
    }
    text.append("250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 0");
    say(ctx, text.toString());
  }

  private void reset() {
    hasSender = false;
    recipients = 0;
  }

  private void recipient(ChannelHandlerContext ctx, ByteBuf in, int start, int length) {
    if (!hasSender) {
      say(ctx, BAD_SEQUENCE);
      return;
    }
    String address = "";
    if (readsRecipients) {
      String line = in.toString(start, length, StandardCharsets.UTF_8);
      int end = line.lastIndexOf('>');
      address = line.substring(line.indexOf('<') + 1, Math.max(end, line.indexOf('<') + 1))
          .toLowerCase(Locale.ROOT);
    }
    at(ctx, Stage.RCPT, address, () -> {
      recipients++;
      say(ctx, OK);
    });
  }

  private void data(ChannelHandlerContext ctx) throws IOException {
    if (recipients == 0) {
      say(ctx, BAD_SEQUENCE);
      return;
    }
    MessageReader next = new MessageReader(sink.copy());
    at(ctx, Stage.DATA, "", () -> {
      message = next;
      say(ctx, GO_ON);
    });
  }

  private void end(ChannelHandlerContext ctx, MessageReader received) {
    // RFC 2033 §4.2: a reply for each recipient.
    int replyCount = protocol.lmtp() ? recipients : 1;
    reset();
    later(ctx, trouble.delay(Stage.DOT), () -> {
      if (trouble.drops(Stage.DOT)) {
        drop(ctx);
        return;
      }
      int taken = 0;
      for (int i = 0; i < replyCount; i++) {
        OptionalInt code = trouble.refusal(Stage.DOT, "");
        if (code.isPresent()) {
          refuse(ctx, Stage.DOT, code.getAsInt());
        } else {
          taken++;
          say(ctx, OK);
        }
      }
      if (taken > 0) {
        sink.took(received);
      }
    });
  }

  private void authenticate(ChannelHandlerContext ctx, String line) {
    if (!protocol.auth()) {
      say(ctx, UNKNOWN);
    } else if (line.strip().split(" +").length > 2) {
      say(ctx, LOGGED_IN);
    } else {
      // RFC 4954 §4: without an initial response the client is asked.
      awaitsPassword = true;
      say(ctx, ASK);
    }
  }

  private void startTls(ChannelHandlerContext ctx, ByteBuf in) {
    if (protocol.tls() != LoadOptions.Tls.STARTTLS || encrypted) {
      say(ctx, UNKNOWN);
      return;
    }
    // RFC 3207 §4.2: nothing that came before counts.
    in.skipBytes(in.readableBytes());
    reset();
    encrypted = true;
    say(ctx, READY_FOR_TLS);
    flush(ctx);
    sink.tls().ifPresent(context -> ctx.pipeline().addFirst(context.newHandler(ctx.alloc())));
  }

  /** Does what is asked of this stage, or makes the trouble that is due there. */
  private void at(ChannelHandlerContext ctx, Stage stage, String recipient, Runnable otherwise) {
    later(ctx, trouble.delay(stage), () -> {
      if (trouble.drops(stage)) {
        drop(ctx);
        return;
      }
      OptionalInt code = trouble.refusal(stage, recipient);
      if (code.isPresent()) {
        refuse(ctx, stage, code.getAsInt());
      } else {
        otherwise.run();
      }
    });
  }

  private void later(ChannelHandlerContext ctx, Duration delay, Runnable action) {
    if (delay.isZero()) {
      action.run();
      return;
    }
    waiting = true;
    flush(ctx);
    ctx.channel().config().setAutoRead(false);
    ctx.executor()
        .schedule(
            () -> {
              waiting = false;
              action.run();
              resume(ctx);
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** What came meanwhile is read now. */
  private void resume(ChannelHandlerContext ctx) {
    try {
      if (!ctx.isRemoved()) {
        channelRead(ctx, Unpooled.EMPTY_BUFFER);
      }
    } catch (Exception e) {
      ctx.fireExceptionCaught(e);
    }
    flush(ctx);
    ctx.channel().config().setAutoRead(true);
  }

  private void refuse(ChannelHandlerContext ctx, Stage stage, int code) {
    sink.refused(stage, code);
    say(ctx, code + " " + code / 100 + ".0.0 Refused as asked");
    // RFC 5321 §3.8, §3.1: 421 ends the session; after another refusal of the connection nothing
    // but QUIT is left.
    if (code == CLOSING || stage == Stage.CONNECT) {
      finish(ctx);
    }
  }

  private void drop(ChannelHandlerContext ctx) {
    sink.dropped();
    ending = true;
    ctx.close();
  }

  private void finish(ChannelHandlerContext ctx) {
    ending = true;
    ByteBuf last = replies;
    replies = null;
    ctx.writeAndFlush(last == null ? Unpooled.EMPTY_BUFFER : last)
        .addListener(written -> ctx.close());
  }

  private void say(ChannelHandlerContext ctx, AsciiString line) {
    ByteBuf out = replies;
    if (out == null) {
      out = ctx.alloc().directBuffer(ROOM);
      replies = out;
    }
    out.writeBytes(line.array(), line.arrayOffset(), line.length());
  }

  private void say(ChannelHandlerContext ctx, String text) {
    say(ctx, AsciiString.of(text + "\r\n"));
  }

  /** All replies to what was read at once go in one write. */
  private void flush(ChannelHandlerContext ctx) {
    ByteBuf out = replies;
    if (out != null) {
      replies = null;
      ctx.writeAndFlush(out);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    MessageReader unfinished = message;
    if (unfinished != null) {
      unfinished.close();
    }
    ByteBuf unsent = replies;
    if (unsent != null) {
      replies = null;
      unsent.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A client that went away or failed the handshake is no business of the sink's.
    ctx.close();
  }
}
