package org.mansio.protocols.core;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Whom an address stands for when clients are counted. */
public final class ClientNetwork {
  private static final int PREFIX_OCTETS = 8;

  private ClientNetwork() {}

  /**
   * An IPv4 address itself; of an IPv6 address its /64, which a client usually has for itself to choose addresses from
   * (RFC 6177 §2).
   */
  public static InetAddress of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] octets = address.getAddress();
    Arrays.fill(octets, PREFIX_OCTETS, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + octets.length + " octets", e);
    }
  }
}
