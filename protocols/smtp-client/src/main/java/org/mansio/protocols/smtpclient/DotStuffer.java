package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Makes the octets of a message fit for DATA (RFC 5321 §4.5.2): a line that starts with a dot gets another one, and each
 * line leaves with CR LF. A bare CR or LF becomes CR LF, since hosts that take it for a line end are led to see other
 * commands than we sent (CVE-2023-51764). What is right already is copied in long stretches. Used for one message.
 */
final class DotStuffer {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  private boolean atLineStart = true;
  private boolean afterCr;

  /** Appends the next octets to {@code out}. */
  void stuff(byte[] octets, int offset, int length, ByteBuf out) {
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
      if (atLineStart && octets[at] == '.') {
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

  /** Appends what ends the message: the last line's end where it is missing, and the dot. */
  void finish(ByteBuf out) {
    if (afterCr || !atLineStart) {
      afterCr = false;
      endLine(out);
    }
    out.writeBytes(END);
  }

  private void endLine(ByteBuf out) {
    out.writeBytes(CRLF);
    atLineStart = true;
  }

  /** The end of what can be copied as it is from {@code at}: up to a bare CR or LF, a CR at the end, a dot to be doubled. */
  private static int stretch(byte[] octets, int at, int end) {
    int stop = at;
    while (stop < end) {
      byte octet = octets[stop];
      // All but control characters: one comparison for nearly every octet, the negative ones too.
      if (octet > '\r' || octet < '\n') {
        stop++;
      } else if (octet == '\r') {
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
