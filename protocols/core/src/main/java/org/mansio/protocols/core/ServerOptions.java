package org.mansio.protocols.core;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Where and within which limits a server accepts connections.
 *
 * @param addresses to bind; a port of 0 is chosen by the system; none at all make a server that is switched off
 * @param implicitTls whether TLS starts with the connection (RFC 8314 §3.3)
 * @param maxConnections at the same time, in all
 * @param maxConnectionsPerAddress at the same time, of one IPv4 address or one IPv6 /64
 * @param timeout how long a peer may take for a command, or take nothing of the replies, while the session waits for it
 * @param handshakeTimeout how long a TLS handshake, or a PROXY header, may take
 * @param connections the rest
 */
public record ServerOptions(
    List<InetSocketAddress> addresses,
    boolean implicitTls,
    int maxConnections,
    int maxConnectionsPerAddress,
    Duration timeout,
    Duration handshakeTimeout,
    ConnectionOptions connections) {
  public ServerOptions {
    addresses = List.copyOf(addresses);
  }
}
