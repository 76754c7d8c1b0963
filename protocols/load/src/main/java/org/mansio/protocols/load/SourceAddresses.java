package org.mansio.protocols.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Loopback addresses to connect from, so that neither ports nor limits by address run out: one address has some 28,000 ports
 * towards a server.
 */
final class SourceAddresses {
  private static final int IN_LAST_OCTET = 250;

  /** 127.1.0.1 to 127.1.199.250. */
  static final int MOST = 200 * IN_LAST_OCTET;

  private SourceAddresses() {}

  /** With any port. @param number 0 to {@link #MOST} - 1 */
  static InetSocketAddress of(int number) {
    byte[] address = {127, 1, (byte) (number / IN_LAST_OCTET), (byte) (1 + number % IN_LAST_OCTET)};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }
}
