package org.mansio.mailets.delivery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mansio.protocols.smtpclient.Peer;

/**
 * Addresses that could not be reached a while ago. They are tried behind all others until their time is over, so that a dead
 * host costs a connection's time-out now and then, not once for each mail. Thread-safe.
 */
final class DeadHosts {
  /** After the first failure; twice as long after each further one. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

  /** A host that is back gets mail again within this time. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** Some hundred bytes each. The one that failed longest ago is forgotten first. */
  private static final int MAX_HOSTS = 10_000;

  private final LongSupplier nanos;
  private final Map<InetSocketAddress, Failure> failures = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Failure> eldest) {
      return size() > MAX_HOSTS;
    }
  };

  private record Failure(long until, Duration pause) {}

  DeadHosts() {
    this(System::nanoTime);
  }

  DeadHosts(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized boolean contains(Peer peer) {
    Failure failure = failures.get(peer.address());
    return failure != null && failure.until() - nanos.getAsLong() > 0;
  }

  /** It could not be reached just now. */
  synchronized void add(Peer peer) {
    long now = nanos.getAsLong();
    Failure before = failures.get(peer.address());
    if (before != null && before.until() - now > 0) {
      return;
    }
    Duration pause = before == null ? FIRST_PAUSE : before.pause().multipliedBy(2);
    Duration capped = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    failures.remove(peer.address());
    failures.put(peer.address(), new Failure(now + capped.toNanos(), capped));
  }

  /** It answered. */
  synchronized void remove(Peer peer) {
    failures.remove(peer.address());
  }
}
