package org.mansio.spi.settings;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * An IP network (RFC 4632, RFC 4291 §2.3). IPv4-mapped IPv6 addresses count as IPv4. Immutable.
 *
 * @param address the network's address; bits behind the prefix are zero
 * @param prefix length of the prefix in bits
 */
public record Network(InetAddress address, int prefix) {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** @throws InvalidSettingException when the text is neither an address nor {@code address/prefix}; names aren't looked up */
  public static Network parse(String text) throws InvalidSettingException {
    String[] parts = text.split("/", -1);
    if (parts.length > 2 || !LITERAL.matcher(parts[0]).matches()) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a network such as 192.0.2.0/24 or 2001:db8::/32");
    }
    try {
      InetAddress address = InetAddress.ofLiteral(parts[0]);
      int bits = address.getAddress().length * Byte.SIZE;
      int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      if (prefix < 0 || prefix > bits) {
        throw new InvalidSettingException("prefix of '" + text + "' isn't between 0 and " + bits);
      }
      Network network = new Network(address, prefix);
      if (!Arrays.equals(network.masked(address.getAddress()), address.getAddress())) {
        throw new InvalidSettingException("'" + text + "' has bits behind its prefix");
      }
      return network;
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a network such as 192.0.2.0/24 or 2001:db8::/32");
    }
  }

  /** Whether the address lies in this network. */
  public boolean contains(InetAddress other) {
    byte[] octets = other.getAddress();
    return octets.length == address.getAddress().length
        && Arrays.equals(masked(octets), address.getAddress());
  }

  private byte[] masked(byte[] octets) {
    byte[] result = octets.clone();
    for (int bit = prefix; bit < result.length * Byte.SIZE; bit++) {
      result[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
    }
    return result;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
