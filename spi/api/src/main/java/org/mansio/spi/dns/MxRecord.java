package org.mansio.spi.dns;

/**
 * An MX record (RFC 1035 §3.3.9).
 *
 * @param preference lower is better
 * @param host lower case, without the final dot; empty for the null MX (RFC 7505)
 */
public record MxRecord(int preference, String host) {
  /** Whether it says that the domain takes no mail (RFC 7505 §3). */
  public boolean isNull() {
    return host.isEmpty();
  }
}
