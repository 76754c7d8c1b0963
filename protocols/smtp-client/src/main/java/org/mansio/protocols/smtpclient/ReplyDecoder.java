package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads replies: strictly, within limits. After an error everything that follows is dropped. */
final class ReplyDecoder extends ByteToMessageDecoder {
  /** RFC 5321 §4.5.3.1.5 allows 512 octets with CR LF; some hosts put an essay into one line. */
  static final int MAX_LINE = 2_000;

  /** EHLO of a host with all there is takes some 25. */
  static final int MAX_LINES = 100;

  private static final int CODE_LENGTH = 3;

  private final List<String> lines = new ArrayList<>();
  private int code;
  private boolean failed;
  private volatile @Nullable SslHandler tlsAfterReply;

  /** When the next reply is 220, TLS starts with the octet behind it. */
  void startTlsAfterReply(SslHandler handler) {
    tlsAfterReply = handler;
  }

  /** Whether octets are here that make no whole reply yet; on the event loop. */
  boolean hasPart() {
    return actualReadableBytes() > 0 || !lines.isEmpty();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws ReplySyntaxException {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      Reply reply = readLine(in);
      if (reply != null) {
        out.add(reply);
        startTls(ctx, in, reply);
      }
    } catch (ReplySyntaxException e) {
      failed = true;
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  private void startTls(ChannelHandlerContext ctx, ByteBuf in, Reply reply) {
    SslHandler handler = tlsAfterReply;
    if (handler == null) {
      return;
    }
    tlsAfterReply = null;
    if (reply.isReadyForTls()) {
      // The mirror image of CVE-2011-0411: what stands behind the 220 came unprotected and must not
      // count as said in TLS.
      in.skipBytes(in.readableBytes());
      ctx.pipeline().addFirst(handler);
    }
  }

  private @Nullable Reply readLine(ByteBuf in) throws ReplySyntaxException {
    int length = in.bytesBefore((byte) '\n');
    if (length < 0 ? in.readableBytes() >= MAX_LINE : length >= MAX_LINE) {
      throw new ReplySyntaxException("a reply line is longer than " + MAX_LINE + " octets");
    }
    if (length < 0) {
      return null;
    }
    // RFC 5321 §2.3.8: a line ends with CR LF and with nothing else.
    if (length == 0 || in.getByte(in.readerIndex() + length - 1) != '\r') {
      throw new ReplySyntaxException("a reply line ends without CR");
    }
    String line = in.toString(in.readerIndex(), length - 1, StandardCharsets.UTF_8);
    in.skipBytes(length + 1);
    return addLine(line);
  }

  private @Nullable Reply addLine(String line) throws ReplySyntaxException {
    int lineCode = codeOf(line);
    if (!lines.isEmpty() && lineCode != code) {
      throw new ReplySyntaxException(
          "a reply starts with " + code + " and goes on with " + lineCode);
    }
    if (lines.size() == MAX_LINES) {
      throw new ReplySyntaxException("a reply has more than " + MAX_LINES + " lines");
    }
    code = lineCode;
    lines.add(line.length() > CODE_LENGTH ? printable(line.substring(CODE_LENGTH + 1)) : "");
    if (line.length() > CODE_LENGTH && line.charAt(CODE_LENGTH) == '-') {
      return null;
    }
    Reply reply = new Reply(code, lines);
    lines.clear();
    return reply;
  }

  private static int codeOf(String line) throws ReplySyntaxException {
    boolean wellFormed = line.length() >= CODE_LENGTH
        && line.charAt(0) >= '2'
        && line.charAt(0) <= '5'
        && isDigit(line.charAt(1))
        && isDigit(line.charAt(2))
        && (line.length() == CODE_LENGTH
            || line.charAt(CODE_LENGTH) == ' '
            || line.charAt(CODE_LENGTH) == '-');
    if (!wellFormed) {
      throw new ReplySyntaxException(
          "not a reply: " + printable(line.substring(0, Math.min(line.length(), 60))));
    }
    return Integer.parseInt(line.substring(0, CODE_LENGTH));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Replies go into logs and reports: control characters would write lines of their own there. */
  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return text.replaceAll("\\p{Cntrl}", "?");
      }
    }
    return text;
  }
}
