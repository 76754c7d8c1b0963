package org.mansio.protocols.core;

/** What a peer sent as one line. */
public sealed interface Line {
  /**
   * A good line.
   *
   * @param text without its CR LF; ASCII or valid UTF-8, no CR, LF or NUL in it
   * @param octets its length as sent, with CR LF
   */
  record Text(String text, int octets) implements Line {}

  /** A line that can't be taken; it was read to its end. */
  record Faulty(Fault fault) implements Line {}

  /** What is wrong with a line. */
  enum Fault {
    /** Longer than the limit. */
    TOO_LONG,
    /** Ended by LF alone, or with a CR or NUL in it (RFC 5321 §2.3.8, §4.1.2). */
    BARE_CONTROL,
    /** Octets over 127 that aren't UTF-8. */
    NOT_UTF8
  }
}
