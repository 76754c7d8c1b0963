package org.mansio.server.kernel.login;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.sasl.LoginGuard.Tracked;

/** The failures of addresses, or of names. Bounded: the subject that is longest quiet goes first. Not thread-safe. */
final class FailureCounts {
  private final Tracked.Kind kind;
  private final int limit;
  private final GuardPolicy policy;
  private final Map<String, Count> counts;

  /** @param lockedUntil {@link Instant#MIN} while not shut out */
  private record Count(int failures, Instant last, Instant lockedUntil) {}

  /** @param limit failures that shut out; 0: none do */
  FailureCounts(Tracked.Kind kind, int limit, GuardPolicy policy) {
    this.kind = kind;
    this.limit = limit;
    this.policy = policy;
    this.counts = bounded(policy.tracked());
  }

  /** A map that forgets what was longest not used. */
  static <V> Map<String, V> bounded(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > most;
      }
    };
  }

  /** How long the subject stays shut out; empty when it isn't. */
  Optional<Duration> locked(String subject, Instant now) {
    return Optional.ofNullable(counts.get(subject))
        .filter(count -> count.lockedUntil().isAfter(now))
        .map(count -> Duration.between(now, count.lockedUntil()));
  }

  /** Counts a failure and says how many there are. */
  int add(String subject, Instant now) {
    Count before = counts.get(subject);
    int failures = before == null || isStale(before, now) ? 1 : before.failures() + 1;
    // After a lock-out the next failure locks at once: the count goes on until it is forgotten.
    Instant until = limit > 0 && failures >= limit ? now.plus(policy.lockTime()) : Instant.MIN;
    counts.put(subject, new Count(failures, now, until));
    return failures;
  }

  private boolean isStale(Count count, Instant now) {
    return !count.lockedUntil().isAfter(now)
        && count.last().plus(policy.forgetAfter()).isBefore(now);
  }

  boolean forget(String subject) {
    return counts.remove(subject) != null;
  }

  List<Tracked> tracked(Instant now) {
    return counts.entrySet().stream()
        .filter(entry -> !isStale(entry.getValue(), now))
        .map(entry -> new Tracked(
            kind,
            entry.getKey(),
            entry.getValue().failures(),
            entry.getValue().last(),
            Optional.of(entry.getValue().lockedUntil()).filter(until -> until.isAfter(now))))
        .toList();
  }
}
