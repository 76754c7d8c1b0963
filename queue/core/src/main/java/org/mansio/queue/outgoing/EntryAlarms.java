package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When the timer has to look at an entry that nobody works on: it becomes due, its sender is to hear that it takes long, or
 * its time is over. One alarm for each entry, the earliest of these; in milliseconds, which is an octet for every four of an
 * instant. Guarded by the scheduler's lock.
 */
final class EntryAlarms {
  /** What stands for no alarm. */
  static final long NONE = Long.MAX_VALUE;

  /** One that is about to be tried is neither warned of nor given up: its attempt may succeed, and else tells more. */
  private static final long ABOUT_TO_BE_TRIED = 60_000;

  private final EntryHeap entries = EntryHeap.ofAlarms();

  /** @return whether it rings before all others */
  boolean set(Entry entry, long now) {
    long alarm = next(entry, now);
    if (alarm == NONE) {
      return false;
    }
    entry.alarm = alarm;
    entries.add(entry);
    return entries.first() == entry;
  }

  void clear(Entry entry) {
    if (entry.alarm != NONE) {
      entries.remove(entry);
      entry.alarm = NONE;
    }
  }

  private static long next(Entry entry, long now) {
    Lane lane = entry.lane;
    if (lane == null) {
      return millis(entry.due());
    }
    if (!entry.handedOver()) {
      // Straight from the chain: it won't stay where it is for longer than the patience.
      return NONE;
    }
    return switch (entry.phase) {
      case DEFERRED -> Math.min(millis(entry.due()), patience(entry, lane));
      case WAITING -> patience(entry, lane);
      case READY -> {
        long patience = patience(entry, lane);
        yield lane.rests()
            ? patience
            : Math.min(millis(entry.terms.returnAt()), Math.max(patience, now + ABOUT_TO_BE_TRIED));
      }
      case BUSY, HELD, ENDED -> NONE;
    };
  }

  /** When its sender is to hear of it next, or it is given up. */
  private static long patience(Entry entry, Lane lane) {
    RetrySchedule schedule = lane.policy.schedule();
    return Math.min(
        millis(schedule.end(entry.terms)), millis(schedule.nextWarning(entry.terms, entry.warned)));
  }

  private static long millis(Optional<Instant> time) {
    return time.isPresent() ? millis(time.get()) : NONE;
  }

  /** Not before the time: what rings too early would find nothing due. */
  static long millis(Instant time) {
    long millis = time.isBefore(Instant.EPOCH) ? 0 : time.toEpochMilli();
    return time.getNano() % 1_000_000 == 0 ? millis : millis + 1;
  }

  /** Those that have an alarm, as they are now. */
  List<Entry> all() {
    return List.copyOf(entries);
  }

  /** When the first one rings, in milliseconds; {@link #NONE} when none does. */
  long first() {
    return entries.isEmpty() ? NONE : entries.first().alarm;
  }

  /** The entry whose alarm rings by now; empty when there is none. */
  Optional<Entry> ringing(long now) {
    return first() <= now ? Optional.of(entries.first()) : Optional.empty();
  }
}
