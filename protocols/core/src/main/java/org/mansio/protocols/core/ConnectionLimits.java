package org.mansio.protocols.core;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.mansio.spi.settings.Network;

/** Counts connections in all and by address, and what comes in a minute, as {@link ClientNetwork} has it. Thread-safe. */
final class ConnectionLimits {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final int maxTotal;
  private final int maxPerAddress;
  private final List<Network> unlimited;
  private final RateLimiter<InetAddress> connections;
  private final RateLimiter<InetAddress> commands;
  // A peer that is turned away again and again must not fill the log.
  private final RateLimiter<InetAddress> complaints = new RateLimiter<>(1, PERIOD);
  private final AtomicInteger total = new AtomicInteger();
  private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

  ConnectionLimits(ServerOptions options) {
    this.maxTotal = options.maxConnections();
    this.maxPerAddress = options.maxConnectionsPerAddress();
    this.unlimited = options.connections().unlimitedNetworks();
    this.connections = new RateLimiter<>(options.connections().maxConnectionRate(), PERIOD);
    this.commands = new RateLimiter<>(options.connections().maxCommandRate(), PERIOD);
  }

  /** Counts a connection in, unless that would be one too many; each true needs one {@link #leave}. */
  boolean enter(InetAddress address) {
    if (total.incrementAndGet() > maxTotal) {
      total.decrementAndGet();
      return false;
    }
    InetAddress key = ClientNetwork.of(address);
    int ofAddress = byAddress.merge(key, 1, Integer::sum);
    boolean within = ofAddress <= maxPerAddress && connections.tryAcquire(key);
    if (!within && !isUnlimited(address)) {
      leave(address);
      return false;
    }
    return true;
  }

  /** Counts a connection out. */
  void leave(InetAddress address) {
    total.decrementAndGet();
    byAddress.computeIfPresent(
        ClientNetwork.of(address), (ignored, count) -> count == 1 ? null : count - 1);
  }

  /** Counts a command. @return whether it isn't one too many */
  boolean countCommand(InetAddress address) {
    return commands.tryAcquire(ClientNetwork.of(address)) || isUnlimited(address);
  }

  /** Whether it is time to log again that this address is turned away. */
  boolean worthALine(InetAddress address) {
    return complaints.tryAcquire(ClientNetwork.of(address));
  }

  private boolean isUnlimited(InetAddress address) {
    return unlimited.stream().anyMatch(network -> network.contains(address));
  }

  int total() {
    return total.get();
  }
}
