package org.mansio.protocols.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Writes envelopes and messages; what all messages have in common is there once. Thread-safe. */
final class MailWriter {
  private static final int LINE = 72;
  private static final String END = ".\r\n";

  /** Room for a header with long addresses, beyond which a buffer grows. */
  private static final int HEADER_ROOM = 512;

  /** Up to here copying costs less than a second buffer. */
  private static final int COPIED = 1 << 13;

  private final LoadOptions.Content content;
  private final byte[] run;
  private final byte[] fields;
  private final ByteBuf body;

  MailWriter(LoadOptions.Content content, String run) {
    this.content = content;
    this.run = ascii(run);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    this.fields = ascii("Date: " + date + "\r\nSubject: Load\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=us-ascii\r\n");
    this.body = body(content.size());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Lines of letters, and the end of the message behind them. */
  private static ByteBuf body(int size) {
    ByteBuf text = Unpooled.directBuffer(size + END.length());
    for (int left = size; left > 0; ) {
      // Never a line whose end doesn't fit.
      int line = left > LINE + 4 ? LINE + 2 : left;
      for (int i = 0; i < line - 2; i++) {
        text.writeByte('a' + i % 26);
      }
      text.writeBytes(ascii("\r\n"), 0, Math.min(2, line));
      left -= line;
    }
    text.writeBytes(ascii(END));
    return Unpooled.unreleasableBuffer(text);
  }

  void mail(ByteBuf out, int number) {
    out.writeCharSequence("MAIL FROM:<", StandardCharsets.US_ASCII);
    content.from().write(out, number);
    out.writeCharSequence(">\r\n", StandardCharsets.US_ASCII);
  }

  /** @param which of the mail's recipients */
  void recipient(ByteBuf out, int number, int which) {
    out.writeCharSequence("RCPT TO:<", StandardCharsets.US_ASCII);
    content.to().write(out, (long) number * content.recipients() + which);
    out.writeCharSequence(">\r\n", StandardCharsets.US_ASCII);
  }

  /** The message with its end; one buffer or two that belong together. */
  ByteBuf message(ByteBufAllocator buffers, int number) {
    boolean copied = content.size() <= COPIED;
    ByteBuf out = buffers.directBuffer(copied ? content.size() + HEADER_ROOM : HEADER_ROOM);
    header(out, number);
    int length = Math.max(0, content.size() - out.readableBytes());
    int from = content.size() - length;
    // Cut anywhere in a line, but not within its end.
    if (length > 0 && body.getByte(from) == '\n') {
      from++;
    }
    ByteBuf rest = body.slice(from, content.size() + END.length() - from);
    return copied
        ? out.writeBytes(rest)
        : buffers.compositeDirectBuffer(2).addComponents(true, out, rest.retainedDuplicate());
  }

  private void header(ByteBuf out, int number) {
    MailId.write(out, run, number, System.nanoTime());
    out.writeCharSequence("Message-ID: <", StandardCharsets.US_ASCII);
    out.writeBytes(run);
    out.writeByte('-');
    Digits.write(out, number);
    out.writeCharSequence("@load.example>\r\nFrom: <", StandardCharsets.US_ASCII);
    content.from().write(out, number);
    out.writeCharSequence(">\r\nTo: <", StandardCharsets.US_ASCII);
    content.to().write(out, (long) number * content.recipients());
    out.writeCharSequence(">\r\n", StandardCharsets.US_ASCII);
    out.writeBytes(fields);
    out.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
  }
}
