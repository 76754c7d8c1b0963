package org.mansio.mailets.delivery.route;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Local addresses that take turns. Thread-safe. */
public final class SourcePool {
  private final String name;
  private final List<SourceAddress> addresses;
  private final SentCounts counts;
  private final AtomicInteger turn = new AtomicInteger();

  /** An address for one mail to a destination; ended by one of its methods. */
  public final class Lease {
    private final SourceAddress source;
    private final String destination;

    private Lease(SourceAddress source, String destination) {
      this.source = source;
      this.destination = destination;
    }

    public SourceAddress source() {
      return source;
    }

    /** The mail went: it counts against the quota. */
    public void used() {
      counts.sent(source, destination);
    }

    /** The mail did not go. */
    public void unused() {
      counts.giveBack(source, destination);
    }
  }

  SourcePool(String name, List<SourceAddress> addresses, SentCounts counts) {
    this.name = name;
    this.addresses = List.copyOf(addresses);
    this.counts = counts;
  }

  public String name() {
    return name;
  }

  List<SourceAddress> addresses() {
    return addresses;
  }

  /** Whether some address of it can reach that one. */
  public boolean reaches(InetAddress peer) {
    return addresses.stream().anyMatch(source -> isOfOneFamily(source.address(), peer));
  }

  /**
   * The next address in turn that can reach the peer and may send to the destination today; empty when there is none.
   *
   * @param destination whose trust is being won: a domain, or a provider of many
   */
  public Optional<Lease> take(InetAddress peer, String destination) {
    int first = turn.getAndIncrement();
    for (int i = 0; i < addresses.size(); i++) {
      SourceAddress source = addresses.get(Math.floorMod(first + i, addresses.size()));
      if (isOfOneFamily(source.address(), peer) && counts.take(source, destination)) {
        return Optional.of(new Lease(source, destination));
      }
    }
    return Optional.empty();
  }

  private static boolean isOfOneFamily(InetAddress one, InetAddress other) {
    return one.getClass() == other.getClass();
  }
}
