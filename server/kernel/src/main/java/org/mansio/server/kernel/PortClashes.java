package org.mansio.server.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;

/** Finds listeners that want the same port of the same address: the second of them could not start. Used by one thread. */
final class PortClashes {
  private final Problems problems;
  private final List<Claim> claims = new ArrayList<>();

  private record Claim(String listener, InetSocketAddress address, Location location) {}

  PortClashes(Problems problems) {
    this.problems = problems;
  }

  /** @param addresses where the listener is to listen; those with port 0 clash with none */
  void add(String listener, List<InetSocketAddress> addresses, Location location) {
    List<Claim> own = addresses.stream()
        .filter(address -> address.getPort() != 0)
        .map(address -> new Claim(listener, address, location))
        .toList();
    for (Claim claim : own) {
      Optional<Claim> earlier = claims.stream()
          .filter(other -> clash(other.address(), claim.address()))
          .findFirst();
      if (earlier.isPresent()) {
        report(earlier.get(), claim);
        break;
      }
    }
    claims.addAll(own);
  }

  private void report(Claim earlier, Claim claim) {
    problems.error(
        claim.location(),
        "listener '" + claim.listener() + "' is to listen on " + show(claim.address())
            + ", but listener '" + earlier.listener() + "' at " + earlier.location() + " has "
            + show(earlier.address()) + ": one of them needs another port or bind");
  }

  /** A wildcard of either family takes the port of both: sockets here aren't bound to IPv6 alone. */
  private static boolean clash(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() == other.getPort()
        && (isWildcard(one) || isWildcard(other) || one.equals(other));
  }

  private static boolean isWildcard(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    return resolved != null && resolved.isAnyLocalAddress();
  }

  private static String show(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    String host = resolved == null ? address.getHostString() : resolved.getHostAddress();
    return "port " + address.getPort() + " of " + (isWildcard(address) ? "all addresses" : host);
  }
}
