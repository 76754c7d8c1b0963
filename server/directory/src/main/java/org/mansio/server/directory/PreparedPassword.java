package org.mansio.server.directory;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mansio.spi.sasl.SaslPrep;

/**
 * A password in the form that is hashed, which is that of {@link SaslPrep}.
 *
 * @param text not empty
 */
record PreparedPassword(String text) {
  /** In octets of UTF-8. */
  static final int MAX_OCTETS = SaslPrep.MAX_OCTETS;

  /** Empty when nothing is left or something prohibited is in it. */
  static Optional<PreparedPassword> of(String password) {
    return SaslPrep.prepare(password).map(PreparedPassword::new);
  }

  byte[] octets() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Never the text. */
  @Override
  public String toString() {
    return "a password";
  }
}
