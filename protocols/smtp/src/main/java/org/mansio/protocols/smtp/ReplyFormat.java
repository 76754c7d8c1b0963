package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mansio.spi.smtp.SmtpReply;

/** Replies as octets (RFC 5321 §4.2, RFC 2034 §4): every line with the code, and the enhanced status where there is one. */
final class ReplyFormat {
  /** RFC 5321 §4.5.3.1.5, with CR LF. */
  private static final int MAX_LINE = 512;

  private ReplyFormat() {}

  static byte[] octets(SmtpReply reply) {
    return octets(reply, false);
  }

  /** With what isn't ASCII left as it is. */
  static byte[] utf8(SmtpReply reply) {
    return octets(reply, true);
  }

  private static byte[] octets(SmtpReply reply, boolean utf8) {
    StringBuilder text = new StringBuilder(64);
    List<String> lines = reply.lines();
    for (int i = 0; i < lines.size(); i++) {
      int start = text.length();
      text.append(reply.code()).append(i < lines.size() - 1 ? '-' : ' ');
      if (reply.status().isPresent()) {
        text.append(reply.status().get()).append(' ');
      }
      append(text, lines.get(i), MAX_LINE - 2 - (text.length() - start), utf8);
      text.append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder text, String line, int room, boolean utf8) {
    int length = Math.min(line.length(), room);
    for (int i = 0; i < length; i++) {
      char c = line.charAt(i);
      // textstring of RFC 5321 §4.2 is HT and printable ASCII; what plugins quote from a client may
      // be more.
      text.append(c == '\t' || c >= ' ' && c < 127 || utf8 && c >= 160 ? c : '?');
    }
  }
}
