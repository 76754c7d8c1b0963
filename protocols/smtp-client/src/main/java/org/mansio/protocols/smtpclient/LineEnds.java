package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.mansio.protocols.smtpclient.conversion.OctetRuns;

/**
 * Makes the octets of a message fit for the wire: each line leaves with CR LF, and behind DATA a line that starts with a dot
 * gets another one (RFC 5321 §4.5.2). What is right already is copied in long stretches. Used for one message.
 *
 * <p>A bare CR or LF becomes CR LF, since hosts that take it for a line end are led to see other commands than we sent
 * (CVE-2023-51764). It is repaired rather than refused: what came in by SMTP has none, so that it can only be a slip of
 * something in this server, for which the sender should not pay with the mail. Binary mail has its bare octets encoded
 * before it comes here.
 */
final class LineEnds {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  private final boolean data;
  private boolean atLineStart = true;
  private boolean afterCr;

  private LineEnds(boolean data) {
    this.data = data;
  }

  /** Behind DATA: dots are stuffed, and a lone dot ends the message. */
  static LineEnds forData() {
    return new LineEnds(true);
  }

  /** In the chunks of BDAT (RFC 3030 §2): a dot is nothing special, and the end is counted. */
  static LineEnds forChunks() {
    return new LineEnds(false);
  }

  /** Appends the next octets to {@code out}. */
  void write(byte[] octets, int offset, int length, ByteBuf out) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      if (afterCr) {
        afterCr = false;
        endLine(out);
        if (octets[at] == '\n') {
          at++;
          continue;
        }
      }
      if (data && atLineStart && octets[at] == '.') {
        out.writeByte('.');
      }
      int stop = stretch(octets, at, end);
      out.writeBytes(octets, at, stop - at);
      atLineStart = stop > at ? octets[stop - 1] == '\n' : atLineStart;
      at = stop;
      if (at < end && octets[at] == '\r') {
        afterCr = true;
        at++;
      } else if (at < end && octets[at] == '\n') {
        endLine(out);
        at++;
      }
    }
  }

  /** Appends what ends the message: the last line's end where it is missing, and behind DATA the dot. */
  void finish(ByteBuf out) {
    if (afterCr || !atLineStart) {
      afterCr = false;
      endLine(out);
    }
    if (data) {
      out.writeBytes(END);
    }
  }

  private void endLine(ByteBuf out) {
    out.writeBytes(CRLF);
    atLineStart = true;
  }

  /** The end of what can be copied as it is from {@code at}: up to a bare CR or LF, a CR at the end, a dot to be doubled. */
  private static int stretch(byte[] octets, int at, int end) {
    int stop = at;
    while (stop < end) {
      stop = OctetRuns.endOfLineText(octets, stop, end);
      if (stop == end) {
        return end;
      }
      byte octet = octets[stop];
      if (octet == '\r') {
        if (stop + 1 >= end || octets[stop + 1] != '\n') {
          return stop;
        }
        stop += 2;
        if (stop < end && octets[stop] == '.') {
          return stop;
        }
      } else if (octet == '\n') {
        return stop;
      } else {
        stop++;
      }
    }
    return stop;
  }
}
