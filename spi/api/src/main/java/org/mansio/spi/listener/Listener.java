package org.mansio.spi.listener;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A protocol on its ports. */
public interface Listener {
  /** The name in {@code server.xml}. */
  String name();

  /** The protocol's name, such as {@code smtp}. */
  String protocol();

  /**
   * Binds its addresses and accepts connections.
   *
   * @throws IOException when an address can't be bound; the message names it
   */
  void start() throws IOException;

  /** Accepts no more, lets transactions under way finish within {@code grace}, then closes all connections. */
  void stop(Duration grace);

  /**
   * Where it is to listen, as the settings say, before it starts and afterwards: by this, two listeners that want the same port
   * are found when the configuration is checked. A port of 0 is one that the system chooses; a wildcard address stands for
   * all. Empty when it can't tell.
   */
  default List<InetSocketAddress> configuredAddresses() {
    return List.of();
  }

  /** Where it listens; with the real port when 0 was asked for. Empty before start. */
  List<InetSocketAddress> addresses();

  /** Connections open now. */
  int connections();
}
