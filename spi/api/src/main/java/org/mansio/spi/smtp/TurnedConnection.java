package org.mansio.spi.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * An open connection between two sessions: the one is over, the next, with the roles swapped, has not begun. Octets that
 * arrive wait, within a bound, for whoever begins it: {@link OutboundSmtp#over} as the client now, or {@link
 * org.mansio.spi.listener.TurnableListener#serve} as the server. Thread-safe.
 */
public interface TurnedConnection extends AutoCloseable {
  /** For log lines: that of the session before. */
  String id();

  InetSocketAddress local();

  InetSocketAddress remote();

  /** Protocol and cipher suite; empty without TLS. */
  Optional<String> tlsDescription();

  /** Whether the server stops, so that what isn't under way should not begin. */
  boolean stopping();

  /** Closes it at once, whoever has it. */
  @Override
  void close();
}
