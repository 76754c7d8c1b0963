package org.mansio.mailets.antispam.hook;

import java.net.InetAddress;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/**
 * Takes clients of one network for one: providers send from many addresses, and whoever has one IPv6 address has a /64 of
 * them.
 *
 * @param ipv4Prefix in bits
 * @param ipv6Prefix in bits
 */
public record ClientNetworks(int ipv4Prefix, int ipv6Prefix) {
  /** How many bits tell IPv6 clients apart. */
  public static final Setting<Long> IPV6_PREFIX = Setting.number(
          "ipv6Prefix", "Clients whose IPv6 addresses agree in so many bits count as one.", 16, 128)
      .defaultsTo("64");

  private static final int IPV4_OCTETS = 4;

  /** How many bits tell IPv4 clients apart. */
  public static Setting<Long> ipv4Prefix(int bits) {
    return Setting.number(
            "ipv4Prefix", "Clients whose IPv4 addresses agree in so many bits count as one.", 8, 32)
        .defaultsTo(Integer.toString(bits));
  }

  /** As set. @param ipv4Prefix the value of what {@link #ipv4Prefix(int)} made */
  public static ClientNetworks of(long ipv4Prefix, Settings settings) {
    return new ClientNetworks((int) ipv4Prefix, settings.get(IPV6_PREFIX).intValue());
  }

  /** The network of an address, such as {@code 192.0.2.0/24}. */
  public String of(InetAddress client) {
    byte[] octets = client.getAddress();
    int prefix = octets.length == IPV4_OCTETS ? ipv4Prefix : ipv6Prefix;
    for (int bit = prefix; bit < octets.length * Byte.SIZE; bit++) {
      octets[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
    }
    try {
      return InetAddress.getByAddress(octets).getHostAddress() + "/" + prefix;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 octets", e);
    }
  }
}
