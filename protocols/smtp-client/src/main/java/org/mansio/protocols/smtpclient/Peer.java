package org.mansio.protocols.smtpclient;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A host to talk to.
 *
 * @param name as looked up, such as the MX record's: TLS asks for it (SNI) and compares it; reports name it
 * @param address where it is; resolved
 */
public record Peer(String name, InetSocketAddress address) {
  public Peer {
    Objects.requireNonNull(name);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("not resolved: " + address);
    }
  }

  public static Peer of(String name, InetAddress address, int port) {
    return new Peer(name, new InetSocketAddress(address, port));
  }

  @Override
  public String toString() {
    return name + "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
  }
}
