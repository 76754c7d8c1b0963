package org.mansio.spi.dns;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A TLSA record (RFC 6698 §2.1): what the certificate of a server must match. The numbers are kept as found, also those that
 * have no meaning yet. Immutable.
 *
 * @param usage certificate usage, such as 3 for DANE-EE (RFC 7218 §2.1)
 * @param selector 0 for the whole certificate, 1 for its public key
 * @param matchingType 0 for the octets themselves, 1 for their SHA-256, 2 for their SHA-512
 */
public record TlsaRecord(int usage, int selector, int matchingType, byte[] data) {
  public TlsaRecord {
    data = data.clone();
  }

  /** The octets to match; a copy. */
  @Override
  public byte[] data() {
    return data.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsaRecord that
        && usage == that.usage
        && selector == that.selector
        && matchingType == that.matchingType
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(data) + 961 * usage + 31 * selector + matchingType;
  }

  /** As in a zone file (RFC 6698 §2.2). */
  @Override
  public String toString() {
    return usage + " " + selector + " " + matchingType + " " + HexFormat.of().formatHex(data);
  }
}
