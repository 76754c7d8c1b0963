package org.mansio.protocols.core;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections in all and by address. An IPv6 client usually has a /64 to choose addresses from, so that counts as
 * one (RFC 6177 §2). Thread-safe.
 */
final class ConnectionLimits {
  private static final int PREFIX_OCTETS = 8;

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
    InetAddress key = key(address);
    if (byAddress.merge(key, 1, Integer::sum) > maxPerAddress) {
      leave(address);
      return false;
    }
    return true;
  }

  /** Counts a connection out. */
  void leave(InetAddress address) {
    total.decrementAndGet();
    byAddress.computeIfPresent(key(address), (ignored, count) -> count == 1 ? null : count - 1);
  }

  int total() {
    return total.get();
  }

  private static InetAddress key(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] octets = address.getAddress();
    Arrays.fill(octets, PREFIX_OCTETS, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + octets.length + " octets", e);
    }
  }
}
