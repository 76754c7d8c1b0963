package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * When the timer has to look at an entry that nobody works on: it becomes due, its sender is to hear that it takes long, or
 * its time is over. One alarm for each entry, the earliest of these. Guarded by the scheduler's lock.
 */
final class EntryAlarms {
  /** One that is about to be tried is neither warned of nor given up: its attempt may succeed, and else tells more. */
  private static final Duration ABOUT_TO_BE_TRIED = Duration.ofMinutes(1);

  private final RetrySchedule schedule;
  private final TreeSet<Entry> entries = new TreeSet<>(Comparator.comparing(
          (Entry entry) -> entry.alarm, Comparator.nullsLast(Comparator.naturalOrder()))
      .thenComparing(entry -> entry.id));

  EntryAlarms(RetrySchedule schedule) {
    this.schedule = schedule;
  }

  /** @return whether it rings before all others */
  boolean set(Entry entry, Instant now) {
    Optional<Instant> alarm = next(entry, now).min(Comparator.naturalOrder());
    if (alarm.isEmpty()) {
      return false;
    }
    entry.alarm = alarm.get();
    entries.add(entry);
    return entries.first() == entry;
  }

  void clear(Entry entry) {
    if (entry.alarm != null) {
      entries.remove(entry);
      entry.alarm = null;
    }
  }

  private Stream<Instant> next(Entry entry, Instant now) {
    if (entry.lane == null) {
      return Stream.of(entry.due);
    }
    if (!entry.handedOver()) {
      // Straight from the chain: it won't stay where it is for longer than the patience.
      return Stream.empty();
    }
    Instant end = schedule.end(entry.terms);
    Optional<Instant> warning = schedule.nextWarning(entry.terms, entry.warned);
    return switch (entry.phase) {
      case DEFERRED -> Stream.concat(Stream.of(entry.due, end), warning.stream());
      case WAITING -> Stream.concat(Stream.of(end), warning.stream());
      case READY -> {
        Stream<Instant> patient = Stream.concat(Stream.of(end), warning.stream());
        yield entry.lane.rests()
            ? patient
            : Stream.concat(
                entry.terms.returnAt().stream(),
                patient.map(time -> later(time, now.plus(ABOUT_TO_BE_TRIED))));
      }
      case BUSY, HELD, ENDED -> Stream.empty();
    };
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  Optional<Instant> first() {
    return entries.isEmpty() ? Optional.empty() : Optional.ofNullable(entries.first().alarm);
  }

  /** The entry whose alarm rings by now; empty when there is none. */
  Optional<Entry> ringing(Instant now) {
    return first().filter(alarm -> !alarm.isAfter(now)).map(alarm -> entries.first());
  }
}
