package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/**
 * What kind of octets some content is made of.
 *
 * @param eightBit whether any is over 127
 * @param nul whether any is 0, which no body other than binary may hold (RFC 2045 §2.7, §2.8)
 * @param bareLineEnd whether a CR or LF stands alone
 * @param longLine whether a line is longer than {@link #MAX_LINE}
 * @param total how many there are
 * @param escapes how many of them quoted-printable writes as three
 */
public record OctetFacts(
    boolean eightBit,
    boolean nul,
    boolean bareLineEnd,
    boolean longLine,
    long total,
    long escapes) {
  /** RFC 5321 §4.5.3.1.6: 1000 octets with CR LF. */
  public static final int MAX_LINE = 998;

  private static final int BLOCK = 64 * 1024;

  /**
   * Reads the content once.
   *
   * @throws IOException when it can't be read
   */
  public static OctetFacts of(Content content) throws IOException {
    OctetScanner scanner = new OctetScanner();
    Optional<byte[]> memory = content.inMemory();
    if (memory.isPresent()) {
      scanner.add(memory.get(), 0, memory.get().length);
      return scanner.facts();
    }
    try (InputStream in = content.open()) {
      byte[] block = new byte[BLOCK];
      for (int length = in.read(block); length >= 0; length = in.read(block)) {
        scanner.add(block, 0, length);
      }
    }
    return scanner.facts();
  }
}
