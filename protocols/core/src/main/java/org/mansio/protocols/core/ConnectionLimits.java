package org.mansio.protocols.core;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections in all and by address, as {@link ClientNetwork} has it. Thread-safe. */
final class ConnectionLimits {
  private final int maxTotal;
  private final int maxPerAddress;
  private final AtomicInteger total = new AtomicInteger();
  private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

  ConnectionLimits(int maxTotal, int maxPerAddress) {
    this.maxTotal = maxTotal;
    this.maxPerAddress = maxPerAddress;
  }

  /** Counts a connection in, unless that would be one too many; each true needs one {@link #leave}. */
  boolean enter(InetAddress address) {
    if (total.incrementAndGet() > maxTotal) {
      total.decrementAndGet();
      return false;
    }
    InetAddress key = ClientNetwork.of(address);
    if (byAddress.merge(key, 1, Integer::sum) > maxPerAddress) {
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

  int total() {
    return total.get();
  }
}
