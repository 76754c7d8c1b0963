package org.mansio.queue.activemq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.mansio.queue.log.Peers.Peer;

/**
 * The other servers at the broker, and when each was heard last. Thread-safe for readers; changed by one thread, which {@link
 * #silent looks} at it every second.
 */
final class Roster {
  /** Silent for so long, a server is taken for dead. When it isn't, its shards stay with it all the same. */
  static final Duration DEAD = Duration.ofSeconds(5);

  /**
   * Who looks so late was held up itself, as by a collection of garbage or a suspended machine: what the others said meanwhile
   * has yet to be read.
   */
  static final Duration LATE = Duration.ofSeconds(3);

  private final LongSupplier clock;
  private final Map<String, Other> others = new ConcurrentHashMap<>();
  private long looked;

  /**
   * @param understood whether it speaks this server's version
   * @param greetings how often it greeted, which it does with each new connection
   * @param heard when, by the clock
   */
  private record Other(Peer peer, boolean understood, int greetings, long heard) {
    Other at(long moment) {
      return new Other(peer, understood, greetings, moment);
    }
  }

  /** @param clock monotonic, nanoseconds */
  Roster(LongSupplier clock) {
    this.clock = clock;
    this.looked = clock.getAsLong();
  }

  /** One said something. @return whether it wasn't known */
  boolean heard(Peer peer, boolean understood, boolean greets) {
    int greetings = greetings(peer) + (greets ? 1 : 0);
    return others.put(peer.id(), new Other(peer, understood, greetings, clock.getAsLong())) == null;
  }

  /** One left. @return whether it was known */
  boolean remove(Peer peer) {
    return others.remove(peer.id()) != null;
  }

  /** The former starts of a server that greets: one that was killed and is back at once is never silent for long. */
  List<Peer> formerOf(Peer fresh) {
    return peers().stream()
        .filter(peer -> peer.name().equals(fresh.name()) && !peer.id().equals(fresh.id()))
        .toList();
  }

  /** Gives all the time to say again that they live. */
  void spare() {
    long now = clock.getAsLong();
    looked = now;
    others.replaceAll((id, other) -> other.at(now));
  }

  /** Those that have been silent for too long; none when who looks is late. */
  List<Peer> silent() {
    long now = clock.getAsLong();
    if (now - looked > LATE.toNanos()) {
      spare();
      return List.of();
    }
    looked = now;
    return others.values().stream()
        .filter(other -> now - other.heard() > DEAD.toNanos())
        .map(Other::peer)
        .toList();
  }

  boolean isEmpty() {
    return others.isEmpty();
  }

  int size() {
    return others.size();
  }

  /** Whether one is there that understands a question. */
  boolean understands(Peer peer) {
    Other other = others.get(peer.id());
    return other != null && other.understood();
  }

  /**
   * How often a server greeted: when it does so again, it had lost its connection, and with it what it was asked or would have
   * answered.
   */
  int greetings(Peer peer) {
    Other other = others.get(peer.id());
    return other == null ? 0 : other.greetings();
  }

  List<Peer> peers() {
    return others.values().stream().map(Other::peer).toList();
  }

  /**
   * Whether a number is a server's when all take turns in the order in which they started.
   *
   * @param self which takes part too, and isn't among the others
   */
  boolean isTurnOf(Peer self, int number) {
    SortedSet<String> all = new TreeSet<>(others.keySet());
    all.add(self.id());
    return new ArrayList<>(all).get(number % all.size()).equals(self.id());
  }
}
