package org.mansio.protocols.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** Where a listener listens: the setting {@code bind}, and what it comes to together with a port. */
public final class ListenAddresses {
  /** The addresses to bind; none set means all, IPv4 and IPv6. */
  public static final Setting<InetAddress> BIND = Setting.of(
          "bind",
          new Setting.Type<>("IP address", Setting.Kind.PLAIN, ListenAddresses::parse),
          "The local addresses to listen on. Unset: all addresses, IPv4 and IPv6.")
      .repeated();

  private ListenAddresses() {}

  /** Sockets to bind; none when the port is off. */
  public static List<InetSocketAddress> of(List<InetAddress> bind, ListenPort port) {
    int number = switch (port) {
      case ListenPort.Off() -> -1;
      case ListenPort.Auto() -> 0;
      case ListenPort.Fixed(int fixed) -> fixed;
    };
    if (number < 0) {
      return List.of();
    }
    return bind.isEmpty()
        ? List.of(new InetSocketAddress(number))
        : bind.stream().map(address -> new InetSocketAddress(address, number)).toList();
  }

  private static InetAddress parse(String text) throws InvalidSettingException {
    try {
      return InetAddress.ofLiteral(text.replaceFirst("^\\[(.*)]$", "$1"));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("'" + text + "' isn't an IP address");
    }
  }
}
