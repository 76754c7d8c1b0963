package org.mansio.queue.blob;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who needs which blob, in memory alone. Thread-safe. */
final class Holders {
  private final ConcurrentHashMap<String, Set<UUID>> holders = new ConcurrentHashMap<>();

  /** Holding twice is holding once. */
  void add(String name, UUID holder) {
    holders.compute(name, (key, set) -> {
      if (set == null || set.equals(Set.of(holder))) {
        return Set.of(holder);
      }
      // Nearly every blob has one holder; a set that can grow is made for the others alone.
      Set<UUID> result = set.size() == 1 ? new HashSet<>(set) : set;
      result.add(holder);
      return result;
    });
  }

  /** @return whether it was the last one; false when it was none */
  boolean remove(String name, UUID holder) {
    boolean[] last = new boolean[1];
    holders.computeIfPresent(name, (key, set) -> {
      if (!set.contains(holder)) {
        return set;
      }
      if (set.size() > 1) {
        set.remove(holder);
        return set.size() == 1 ? Set.copyOf(set) : set;
      }
      last[0] = true;
      return null;
    });
    return last[0];
  }

  /** Runs one of both, and nobody begins or ceases to hold the blob meanwhile. */
  void decide(String name, Runnable free, Runnable held) {
    holders.compute(name, (key, set) -> {
      (set == null ? free : held).run();
      return set;
    });
  }
}
