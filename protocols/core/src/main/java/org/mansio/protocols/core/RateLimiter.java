package org.mansio.protocols.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * So many events in so much time for each key: a user, or an address as {@link ClientNetwork} has it. A key that has been
 * quiet may use its whole allowance at once; what was used comes back evenly over the period. Thread-safe.
 *
 * <p>Of each key one number is kept: when its allowance will be whole again (the generic cell rate algorithm). A key that
 * is past it can be forgotten without loss, and nobody's lies more than a period ahead; so keys live in two generations,
 * and one that wasn't touched for a period goes with the older. With too many keys the older goes before its time: memory
 * is bounded by twice the number of keys, and who comes from that many addresses isn't stopped by a limit for each.
 *
 * @param <K> with equals and hashCode
 */
public final class RateLimiter<K> {
  private static final int MAX_KEYS = 100_000;

  private final long limit;
  private final long periodNanos;
  private final long intervalNanos;
  private final int maxKeys;
  private final LongSupplier clock;

  // Guarded by this.
  private Map<K, Long> current = new HashMap<>();
  private Map<K, Long> older = Map.of();
  private long currentSince;

  /**
   * A limiter.
   *
   * @param limit events in a period; 0 is no limit
   * @param period more than zero
   */
  public RateLimiter(long limit, Duration period) {
    this(limit, period, MAX_KEYS, System::nanoTime);
  }

  /** @param clock nanoseconds from any origin */
  RateLimiter(long limit, Duration period, int maxKeys, LongSupplier clock) {
    this.limit = limit;
    this.periodNanos = period.toNanos();
    this.intervalNanos = limit == 0 ? 0 : Math.max(1, periodNanos / limit);
    this.maxKeys = maxKeys;
    this.clock = clock;
    this.currentSince = clock.getAsLong();
  }

  /** Counts one event, unless that would be one too many. @return whether it was counted */
  public boolean tryAcquire(K key) {
    return tryAcquire(key, 1);
  }

  /**
   * Counts several events at once, all or none.
   *
   * @param events at least 1; more than the limit are never granted
   * @return whether they were counted
   */
  public boolean tryAcquire(K key, long events) {
    return limit == 0 || events <= limit && count(key, events);
  }

  private synchronized boolean count(K key, long events) {
    long now = clock.getAsLong();
    age(now);
    Long known = find(key);
    long from = known != null && known - now > 0 ? known : now;
    long wholeAt = from + events * intervalNanos;
    if (wholeAt - now > periodNanos) {
      return false;
    }
    current.put(key, wholeAt);
    return true;
  }

  private @Nullable Long find(K key) {
    Long known = current.get(key);
    return known != null ? known : older.get(key);
  }

  private void age(long now) {
    boolean expired = now - currentSince > periodNanos;
    if (expired || current.size() >= maxKeys) {
      older = expired && now - currentSince > 2 * periodNanos ? Map.of() : current;
      current = new HashMap<>();
      currentSince = now;
    }
  }

  /** Keys kept now. */
  synchronized int keys() {
    return current.size() + older.size();
  }
}
