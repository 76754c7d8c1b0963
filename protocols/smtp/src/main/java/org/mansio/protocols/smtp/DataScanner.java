package org.mansio.protocols.smtp;

import org.mansio.protocols.core.OctetSink;
import org.mansio.protocols.smtp.ListenerSettings.BareLineFeed;

/**
 * Finds the end of a message and undoes its dot-stuffing (RFC 5321 §4.1.1.4, §4.5.2), in place and in any pieces. In a message
 * that comes in chunks (RFC 3030 §2) a dot is nothing special and the end is told; all else holds there too.
 *
 * <p>Only CR LF {@code .} CR LF ends a message, and only a dot right behind a true CR LF (or at the very beginning) is
 * stuffing. Every other combination of CR, LF and dot has been somebody's end of data and so a way to smuggle a second mail
 * past a first server (CVE-2023-51764, -51765, -51766): here each of them is text with a bare CR or LF in it, whose message
 * is refused after its true end, or which is normalised without ever making a line end that counts.
 *
 * <p>Text is handed on in runs as long as they come; a run breaks at a stuffed dot and at a CR that ends a piece. Not
 * thread-safe; for one message.
 */
final class DataScanner implements OctetSink {
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final byte[] CRLF = {CR, LF};
  private static final byte[] BARE_CR = {CR};
  private static final byte[] SPACE = {' '};

  private final Output output;
  private final boolean dots;
  private final boolean normalise;
  private State state = State.LINE_START;
  private int run;
  private boolean complete;
  private boolean bareControl;
  private boolean eightBit;
  private long seen;
  private long lineStart;
  private long longestLine;

  /** Takes the message's octets. */
  @FunctionalInterface
  interface Output {
    /** Octets from {@code from} up to {@code to}; the array isn't kept. */
    void write(byte[] octets, int from, int to);
  }

  /** How the end of the message is marked. */
  enum Framing {
    /** By a dot, as DATA has it. */
    DOTS,
    /** By who reads it, as BDAT has it. */
    CHUNKS
  }

  private enum State {
    /** Behind a true CR LF, or at the beginning. */
    LINE_START,
    /** Behind a dot at the start of a line; the dot is held back. */
    DOT,
    /** Behind dot and CR at the start of a line; both are held back. */
    DOT_CR,
    TEXT,
    /** Behind a CR at the end of a piece; it is held back. */
    CR
  }

  DataScanner(BareLineFeed policy, Framing framing, Output output) {
    this.output = output;
    this.dots = framing == Framing.DOTS;
    this.normalise = policy == BareLineFeed.NORMALISE;
  }

  @Override
  public boolean complete() {
    return complete;
  }

  /** Whether there was a CR or LF that isn't part of a CR LF. */
  boolean bareControl() {
    return bareControl;
  }

  /** Whether there was an octet over 127. */
  boolean eightBit() {
    return eightBit;
  }

  /** The longest line as received, in octets, CR LF included; also while it goes on, and the end's own. */
  long longestLine() {
    return Math.max(longestLine, seen - lineStart);
  }

  @Override
  public int take(byte[] octets, int from, int to) {
    run = from;
    int at = from;
    while (at < to && !complete) {
      at = switch (state) {
        case LINE_START -> lineStart(octets, at);
        case DOT -> afterDot(octets, at);
        case DOT_CR -> afterDotCr(octets, at);
        case TEXT -> text(octets, at, to, from);
        case CR -> afterCr(octets, at, from);
      };
    }
    if (!complete) {
      emit(octets, to);
    }
    seen += at - from;
    return at;
  }

  /** The message ends here, in chunks; a CR that was held back is bare. */
  void end() {
    if (state == State.CR) {
      bareCr(BARE_CR, 0);
    }
    complete = true;
  }

  private int lineStart(byte[] octets, int at) {
    if (octets[at] != '.' || !dots) {
      state = State.TEXT;
      return at;
    }
    emit(octets, at);
    state = State.DOT;
    run = at + 1;
    return at + 1;
  }

  private int afterDot(byte[] octets, int at) {
    if (octets[at] == CR) {
      state = State.DOT_CR;
      run = at + 1;
      return at + 1;
    }
    // RFC 5321 §4.5.2: a dot with other characters behind it was stuffed.
    state = State.TEXT;
    return at;
  }

  private int afterDotCr(byte[] octets, int at) {
    if (octets[at] == LF) {
      complete = true;
      return at + 1;
    }
    bareCr(octets, at);
    return at;
  }

  private int afterCr(byte[] octets, int at, int from) {
    if (octets[at] == LF) {
      output.write(CRLF, 0, 2);
      run = at + 1;
      endLine(at + 1, from);
      return at + 1;
    }
    bareCr(octets, at);
    return at;
  }

  /** A CR that was held back turns out to be bare; what follows begins at {@code at}. */
  private void bareCr(byte[] octets, int at) {
    bareControl = true;
    output.write(normalise ? SPACE : BARE_CR, 0, 1);
    run = at;
    state = State.TEXT;
  }

  private int text(byte[] octets, int start, int to, int from) {
    int at = start;
    while (true) {
      at = skipText(octets, at, to);
      if (at == to) {
        return at;
      }
      if (octets[at] == LF) {
        bareLf(octets, at);
        at++;
      } else if (at + 1 == to) {
        emit(octets, at);
        run = to;
        state = State.CR;
        return to;
      } else if (octets[at + 1] == LF) {
        endLine(at + 2, from);
        return at + 2;
      } else {
        emit(octets, at);
        at++;
        bareCr(octets, at);
      }
    }
  }

  /** The tight loop: nearly all octets of a message pass here and nowhere else. */
  private int skipText(byte[] octets, int start, int to) {
    int at = start;
    boolean high = false;
    while (at < to) {
      byte octet = octets[at];
      if (octet <= CR && (octet == CR || octet == LF)) {
        break;
      }
      high |= octet < 0;
      at++;
    }
    eightBit |= high;
    return at;
  }

  private void bareLf(byte[] octets, int at) {
    bareControl = true;
    if (normalise) {
      emit(octets, at);
      output.write(CRLF, 0, 2);
      run = at + 1;
    }
  }

  private void endLine(int next, int from) {
    long end = seen + next - from;
    longestLine = Math.max(longestLine, end - lineStart);
    lineStart = end;
    state = State.LINE_START;
  }

  private void emit(byte[] octets, int to) {
    if (to > run) {
      output.write(octets, run, to);
      run = to;
    }
  }
}
