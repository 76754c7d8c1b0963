package org.mansio.protocols.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of times, each known to within an eighth, from a microsecond to hours. Thread-safe. */
final class Latencies {
  private static final int STEPS_BITS = 3;
  private static final int STEPS = 1 << STEPS_BITS;
  private static final int BUCKETS = 48 * STEPS;
  private static final double MICROS_PER_MILLI = 1000;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  void add(long nanos) {
    counts.getAndIncrement(bucket(Math.max(0, nanos) / 1000));
  }

  /** Milliseconds that so many of a hundred took at the most; 0 when there was none. */
  double millis(double percent) {
    long all = 0;
    for (int i = 0; i < BUCKETS; i++) {
      all += counts.get(i);
    }
    long wanted = Math.max(1, (long) Math.ceil(all * percent / 100));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (all > 0 && seen >= wanted) {
        return upperMicros(i) / MICROS_PER_MILLI;
      }
    }
    return 0;
  }

  /** For reports. */
  Map<String, Object> view() {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("p50Millis", millis(50));
    view.put("p90Millis", millis(90));
    view.put("p99Millis", millis(99));
    view.put("maxMillis", millis(100));
    return view;
  }

  /** Small ones exactly, then eight buckets for each power of two. */
  private static int bucket(long micros) {
    if (micros < STEPS) {
      return (int) micros;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
    int step = (int) (micros >>> (power - STEPS_BITS)) - STEPS;
    return Math.min(BUCKETS - 1, (power - STEPS_BITS + 1) * STEPS + step);
  }

  private static long upperMicros(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (STEPS + bucket % STEPS + 1) << shift) - 1;
  }
}
