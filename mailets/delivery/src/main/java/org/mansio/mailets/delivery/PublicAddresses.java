package org.mansio.mailets.delivery;

import java.net.InetAddress;
import java.util.List;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;

/** Which addresses lie in the public Internet: all but those that RFC 6890's registries keep for other purposes. */
final class PublicAddresses {
  private static final List<Network> OTHERS = List.of(
      network("0.0.0.0/8"),
      // Private, and the inner networks of providers.
      network("10.0.0.0/8"),
      network("100.64.0.0/10"),
      network("127.0.0.0/8"),
      network("169.254.0.0/16"),
      network("172.16.0.0/12"),
      network("192.0.0.0/24"),
      network("192.168.0.0/16"),
      network("198.18.0.0/15"),
      // Documentation.
      network("192.0.2.0/24"),
      network("198.51.100.0/24"),
      network("203.0.113.0/24"),
      // Multicast and reserved.
      network("224.0.0.0/4"),
      network("240.0.0.0/4"),
      // Unspecified, loopback, and IPv4 within IPv6 as nobody uses it any more.
      network("::/96"),
      // Local ways to an IPv4 address, which may be any of those above; 64:ff9b::/96 leads to
      // public ones only.
      network("64:ff9b:1::/48"),
      network("2002::/16"),
      network("100::/64"),
      network("2001::/23"),
      network("2001:db8::/32"),
      network("fc00::/7"),
      network("fe80::/10"),
      network("fec0::/10"),
      network("ff00::/8"));

  private PublicAddresses() {}

  static boolean contain(InetAddress address) {
    return OTHERS.stream().noneMatch(network -> network.contains(address));
  }

  private static Network network(String text) {
    try {
      return Network.parse(text);
    } catch (InvalidSettingException e) {
      throw new IllegalStateException(e);
    }
  }
}
