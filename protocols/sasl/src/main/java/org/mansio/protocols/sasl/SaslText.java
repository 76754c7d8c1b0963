package org.mansio.protocols.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text that a stranger sent. */
public final class SaslText {
  /** Octets of a name or of a password; RFC 4616 §2 has receivers take at least 255, slow hashes want a limit. */
  public static final int MAX_OCTETS = 1024;

  private SaslText() {}

  /** Text out of octets; empty when they are too many, not UTF-8 or hold a NUL. */
  public static Optional<String> decode(byte[] octets, int from, int to) {
    return to - from > MAX_OCTETS ? Optional.empty() : utf8(octets, from, to);
  }

  /** The same for a whole message, which the protocol's line limit has bounded. */
  public static Optional<String> decode(byte[] octets) {
    return utf8(octets, 0, octets.length);
  }

  private static Optional<String> utf8(byte[] octets, int from, int to) {
    try {
      String text = StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, from, to - from))
          .toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** A name, safe for a log line. */
  public static String shown(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
