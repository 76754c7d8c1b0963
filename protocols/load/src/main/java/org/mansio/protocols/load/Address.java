package org.mansio.protocols.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** {@code host:port} on a command line. */
final class Address {
  private static final int MAX_PORT = 65_535;

  private Address() {}

  /**
   * Reads {@code host:port}, {@code [IPv6]:port} or {@code port}, the last for 127.0.0.1.
   *
   * @throws UsageException when it is none of them, or the host isn't known
   */
  static InetSocketAddress parse(String text) throws UsageException {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
    int port = Arguments.number("the port", text.substring(colon + 1), 0, MAX_PORT);
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new UsageException("there is no host " + host);
    }
  }
}
