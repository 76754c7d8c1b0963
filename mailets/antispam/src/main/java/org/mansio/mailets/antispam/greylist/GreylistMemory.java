package org.mansio.mailets.antispam.greylist;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.mansio.mailets.antispam.hook.RecentMap;

/**
 * Who was seen, who came again, and whose network is known by now; bounded, and kept over a restart. First attempts have a
 * room of their own, so that a flood of them can't push out those who came again. Thread-safe.
 */
final class GreylistMemory {
  /** How much older than memory the journal may get before a use is written again. */
  private static final long FRESHNESS_MILLIS = Duration.ofHours(1).toMillis();

  /** Records that may be superfluous before the journal is written anew. */
  private static final long SLACK = 10_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final int capacity;
  private final InstantSource clock;
  private final Journal journal;
  private final RecentMap<Fingerprint, Long> seen;
  private final RecentMap<Fingerprint, Passed> passed;
  private final RecentMap<Fingerprint, Network> networks;
  private boolean loaded;

  /** @param written the time that the journal has */
  private record Passed(long lastUse, long written) {}

  private record Network(int passes, long lastUse, long written) {}

  /**
   * How it is done.
   *
   * @param delay before when a second attempt doesn't count
   * @param window until when it does
   * @param keep how long who came again is known, from the last use
   * @param passesOfNetwork how many triplets of a network must come again until all of it is known; 0: never
   */
  record Rules(Duration delay, Duration window, Duration keep, int passesOfNetwork) {}

  /** What is to be done. */
  sealed interface Decision {
    /** Known. @param why for the trace */
    record Go(String why) implements Decision {}

    /** Not yet. @param left until an attempt counts */
    record Wait(Duration left) implements Decision {}
  }

  /** @param capacity triplets that came again, and as many that didn't yet */
  GreylistMemory(Path file, int capacity, InstantSource clock) {
    this.capacity = capacity;
    this.clock = clock;
    this.journal = new Journal(file);
    this.seen = new RecentMap<>(capacity);
    this.passed = new RecentMap<>(capacity);
    this.networks = new RecentMap<>(capacity);
  }

  int capacity() {
    return capacity;
  }

  /** An attempt of a triplet from a network. */
  Decision attempt(Fingerprint triplet, Fingerprint network, Rules rules) {
    lock.lock();
    try {
      load();
      long now = clock.millis();
      Decision decision = decide(triplet, network, rules, now);
      if (journal.records() > 2L * (seen.size() + passed.size() + networks.size()) + SLACK) {
        journal.rewrite(lines());
      }
      return decision;
    } finally {
      lock.unlock();
    }
  }

  private Decision decide(Fingerprint triplet, Fingerprint network, Rules rules, long now) {
    long keep = rules.keep().toMillis();
    Optional<Network> known = networks.get(network).filter(n -> now - n.lastUse() < keep);
    if (known.filter(n -> isTrusted(n, rules)).isPresent()) {
      noteNetwork(network, known.get().passes(), known, now);
      return new Decision.Go("network known");
    }
    Optional<Passed> before = passed.get(triplet).filter(p -> now - p.lastUse() < keep);
    if (before.isPresent()) {
      notePassed(triplet, before, now);
      return new Decision.Go("seen before");
    }
    Optional<Long> first =
        seen.get(triplet).filter(at -> now - at < rules.window().toMillis());
    if (first.isEmpty()) {
      seen.put(triplet, now);
      journal.append(new Journal.Line(Journal.Kind.SEEN, triplet, now, 0));
      return new Decision.Wait(rules.delay());
    }
    Duration waited = Duration.ofMillis(now - first.get());
    if (waited.compareTo(rules.delay()) < 0) {
      return new Decision.Wait(rules.delay().minus(waited));
    }
    seen.remove(triplet);
    notePassed(triplet, Optional.empty(), now);
    noteNetwork(network, known.map(Network::passes).orElse(0) + 1, known, now);
    return new Decision.Go("came again after " + waited.toSeconds() + " s");
  }

  private static boolean isTrusted(Network network, Rules rules) {
    return rules.passesOfNetwork() > 0 && network.passes() >= rules.passesOfNetwork();
  }

  private void notePassed(Fingerprint triplet, Optional<Passed> before, long now) {
    boolean write = before.filter(p -> now - p.written() < FRESHNESS_MILLIS).isEmpty();
    passed.put(triplet, new Passed(now, write ? now : before.orElseThrow().written()));
    if (write) {
      journal.append(new Journal.Line(Journal.Kind.PASSED, triplet, now, 0));
    }
  }

  private void noteNetwork(Fingerprint network, int passes, Optional<Network> before, long now) {
    boolean write = before
        .filter(n -> n.passes() == passes && now - n.written() < FRESHNESS_MILLIS)
        .isEmpty();
    networks.put(
        network, new Network(passes, now, write ? now : before.orElseThrow().written()));
    if (write) {
      journal.append(new Journal.Line(Journal.Kind.NETWORK, network, now, passes));
    }
  }

  private void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    journal.read(line -> {
      switch (line.kind()) {
        case SEEN -> seen.put(line.key(), line.at());
        case PASSED -> {
          seen.remove(line.key());
          passed.put(line.key(), new Passed(line.at(), line.at()));
        }
        case NETWORK -> networks.put(line.key(), new Network(line.count(), line.at(), line.at()));
      }
    });
  }

  private Stream<Journal.Line> lines() {
    return Stream.of(
            seen.copy().entrySet().stream()
                .map(e -> new Journal.Line(Journal.Kind.SEEN, e.getKey(), e.getValue(), 0)),
            passed.copy().entrySet().stream()
                .map(e -> new Journal.Line(
                    Journal.Kind.PASSED, e.getKey(), e.getValue().lastUse(), 0)),
            networks.copy().entrySet().stream()
                .map(e -> new Journal.Line(
                    Journal.Kind.NETWORK,
                    e.getKey(),
                    e.getValue().lastUse(),
                    e.getValue().passes())))
        .flatMap(lines -> lines);
  }
}
