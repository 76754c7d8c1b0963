package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Encodes as quoted-printable (RFC 2045 §6.7). CR LF is a line end, and stays one; all else comes back octet for octet. No
 * line begins with a dot, a hyphen or {@code From}: a dot may get lost between hosts, a hyphen could make a boundary out of
 * a line that was none. Closing ends the encoding, and leaves the stream below open.
 */
final class QuotedPrintableOutput extends OutputStream {
  /** RFC 2045 §6.7 (5): 76 characters with the "=" of a soft line break. */
  private static final int MAX_LINE = 75;

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final int NOTHING = -1;
  private static final int ESCAPED = 3;

  private final OutputStream out;
  private int column;
  private boolean afterCr;
  private int blank = NOTHING;

  QuotedPrintableOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    int octet = value & 0xff;
    if (afterCr) {
      afterCr = false;
      if (octet == '\n') {
        // RFC 2045 §6.7 (3): a blank at the end of a line might get lost.
        releaseBlank(true);
        out.write('\r');
        out.write('\n');
        column = 0;
        return;
      }
      releaseBlank(false);
      escape('\r');
    }
    if (octet == '\r') {
      afterCr = true;
      return;
    }
    releaseBlank(false);
    if (octet == ' ' || octet == '\t') {
      blank = octet;
    } else if (octet > ' ' && octet < 127 && octet != '=' && !isRiskyHere(octet)) {
      literal(octet);
    } else {
      escape(octet);
    }
  }

  private boolean isRiskyHere(int octet) {
    boolean begins = column == 0 || column == MAX_LINE;
    return begins && (octet == '.' || octet == '-' || octet == 'F');
  }

  private void releaseBlank(boolean atLineEnd) throws IOException {
    int held = blank;
    blank = NOTHING;
    if (held != NOTHING && atLineEnd) {
      escape(held);
    } else if (held != NOTHING) {
      literal(held);
    }
  }

  private void literal(int octet) throws IOException {
    makeRoom(1);
    out.write(octet);
    column++;
  }

  private void escape(int octet) throws IOException {
    makeRoom(ESCAPED);
    out.write('=');
    out.write(HEX[octet >> 4]);
    out.write(HEX[octet & 0xf]);
    column += ESCAPED;
  }

  private void makeRoom(int width) throws IOException {
    if (column + width > MAX_LINE) {
      out.write('=');
      out.write('\r');
      out.write('\n');
      column = 0;
    }
  }

  @Override
  public void close() throws IOException {
    releaseBlank(true);
    if (afterCr) {
      afterCr = false;
      escape('\r');
    }
  }
}
