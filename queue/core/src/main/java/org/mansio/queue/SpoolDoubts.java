package org.mansio.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Mails whose transaction failed, by their record in the spool: what came of them is kept until the record comes again, and
 * is then written without doing anything a second time. When another process took the record instead, or the transaction
 * took place after all, it doesn't come: after a while what was kept is let go. That it was in hand is remembered for longer,
 * so that a mail which does come then is at least known as repeated. Thread-safe.
 */
final class SpoolDoubts {
  /** Longer than a broker takes to come back and give out what it has; attempts that ended wait as long. */
  static final Duration KEPT = Duration.ofMinutes(10);

  /** So many records are remembered as repeated: those in hand at many failures. */
  private static final int MAX = 10_000;

  /** A record comes again while a consumer that lost it still has it in hand; that one gives up sooner than this. */
  private static final Duration IN_HAND = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private final Set<UUID> inHand = new HashSet<>();
  private final Map<UUID, Doubt> doubts = new LinkedHashMap<>();

  private record Doubt(@Nullable SpoolItem item, long since) {}

  /**
   * What is known of a record that was taken.
   *
   * @param item what was made of it; empty when that isn't known
   * @param repeated whether it was in a transaction that failed
   */
  record Known(Optional<SpoolItem> item, boolean repeated) {}

  /** @param nanoTime the monotonic clock */
  SpoolDoubts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A record was taken; {@link #keep} or {@link #settled} follows. Waits for another consumer that still has it in hand. */
  synchronized Known take(UUID record) throws InterruptedException {
    long end = System.nanoTime() + IN_HAND.toNanos();
    long left = IN_HAND.toNanos();
    while (!inHand.add(record) && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
    Doubt doubt = doubts.get(record);
    if (doubt == null) {
      return new Known(Optional.empty(), false);
    }
    doubts.put(record, new Doubt(null, doubt.since()));
    return new Known(Optional.ofNullable(doubt.item()), true);
  }

  /** It isn't known whether the transaction with this mail took place. */
  void keep(SpoolItem item) {
    boolean told = item.isConcluded();
    if (told) {
      item.doubt();
    }
    List<SpoolItem> over = new ArrayList<>();
    synchronized (this) {
      UUID record = item.record().id();
      doubts.put(record, new Doubt(told ? item : null, nanoTime.getAsLong()));
      while (doubts.size() > MAX) {
        remove(doubts.keySet().iterator().next(), over);
      }
      leave(record);
    }
    over.forEach(SpoolDoubts::letGo);
  }

  /** The record has left the spool for certain. */
  synchronized void settled(UUID record) {
    doubts.remove(record);
    leave(record);
  }

  private void leave(UUID record) {
    inHand.remove(record);
    notifyAll();
  }

  /** Lets go of what has been kept for too long. */
  void expire() {
    List<SpoolItem> over = new ArrayList<>();
    synchronized (this) {
      if (doubts.isEmpty()) {
        return;
      }
      long now = nanoTime.getAsLong();
      doubts.replaceAll((record, doubt) -> {
        if (doubt.item() == null || now - doubt.since() < KEPT.toNanos()) {
          return doubt;
        }
        over.add(doubt.item());
        return new Doubt(null, doubt.since());
      });
    }
    over.forEach(SpoolDoubts::letGo);
  }

  /** Lets go of everything. */
  void close() {
    List<SpoolItem> over = new ArrayList<>();
    synchronized (this) {
      List.copyOf(doubts.keySet()).forEach(record -> remove(record, over));
    }
    over.forEach(SpoolDoubts::letGo);
  }

  private void remove(UUID record, List<SpoolItem> over) {
    Doubt doubt = doubts.remove(record);
    if (doubt != null && doubt.item() != null) {
      over.add(doubt.item());
    }
  }

  private static void letGo(SpoolItem item) {
    item.settle(Map.of());
  }
}
