package org.mansio.server.directory;

import java.util.Arrays;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;

/** A hash function of SCRAM (RFC 5802, RFC 7677), by its names in Java. */
enum ScramHash {
  SHA_1("SHA-1", "HmacSHA1", 20),
  SHA_256("SHA-256", "HmacSHA256", 32),
  SHA_512("SHA-512", "HmacSHA512", 64);

  private final String label;
  private final String mac;
  private final int octets;

  ScramHash(String label, String mac, int octets) {
    this.label = label;
    this.mac = mac;
    this.octets = octets;
  }

  /** The name in SASL mechanisms, also of the digest. */
  String label() {
    return label;
  }

  String mac() {
    return mac;
  }

  int octets() {
    return octets;
  }

  static Optional<ScramHash> named(String label) {
    return Arrays.stream(values())
        .filter(hash -> hash.label.equalsIgnoreCase(label))
        .findFirst();
  }

  static ScramHash parse(String text) throws InvalidSettingException {
    return named(text)
        .orElseThrow(() ->
            new InvalidSettingException("'" + text + "' isn't one of: SHA-1, SHA-256, SHA-512"));
  }
}
