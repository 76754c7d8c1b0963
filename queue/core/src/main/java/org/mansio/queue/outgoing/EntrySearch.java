package org.mansio.queue.outgoing;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mansio.queue.outgoing.EntryCensus.Place;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/**
 * Finds the entries that a filter means, oldest first, in batches: the scheduler's lock is held for one at a time, and no
 * longer than it takes to look into the index. A mail's entries are found by its id, a destination's by its lanes; only
 * conditions on addresses and errors read mails.
 */
final class EntrySearch {
  /** Entries that are looked at in one go: well below a millisecond of the lock. */
  static final int BATCH = 256;

  private final LaneScheduler scheduler;
  private final EntryBook book;

  EntrySearch(LaneScheduler scheduler, EntryBook book) {
    this.scheduler = scheduler;
    this.book = book;
  }

  /**
   * Some of the entries.
   *
   * @param next behind which place there may be more; empty at the end
   */
  record Batch(List<Entry> entries, Optional<Place> next) {}

  /** Where the last entry stands that is there now; what is asked for now must not run after what arrives later. */
  Optional<Place> end() {
    scheduler.lock.lock();
    try {
      return scheduler.census().last();
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** All batches up to a place, each found when it is asked for. */
  Stream<Batch> batches(QueueFilter filter, Predicate<Entry> condition) {
    Optional<Place> end = end();
    if (end.isEmpty()) {
      return Stream.empty();
    }
    Predicate<Entry> meant = condition.and(entry -> Place.of(entry).compareTo(end.get()) <= 0);
    return Stream.iterate(
            Optional.of(next(filter, meant, Optional.empty())),
            Optional::isPresent,
            batch -> batch
                .flatMap(Batch::next)
                .filter(place -> place.compareTo(end.get()) < 0)
                .map(place -> next(filter, meant, Optional.of(place))))
        .map(Optional::orElseThrow);
  }

  /**
   * The next batch.
   *
   * @param condition asked with the lock held
   * @param after a place; empty for the beginning
   */
  Batch next(QueueFilter filter, Predicate<Entry> condition, Optional<Place> after) {
    Batch found;
    scheduler.lock.lock();
    try {
      List<Entry> candidates = candidates(filter, after.or(() -> beginning(filter)));
      found = new Batch(
          candidates.stream()
              .filter(entry -> isMeant(entry, filter) && condition.test(entry))
              .toList(),
          following(candidates, filter));
    } finally {
      scheduler.lock.unlock();
    }
    return needsMail(filter)
        ? new Batch(
            found.entries().stream()
                .filter(entry -> describe(entry).filter(filter::matches).isPresent())
                .toList(),
            found.next())
        : found;
  }

  /** A place before all entries that are young enough. */
  private static Optional<Place> beginning(QueueFilter filter) {
    return filter
        .arrivedAfter()
        .map(time -> new Place(time, new UUID(Long.MIN_VALUE, Long.MIN_VALUE)));
  }

  private static Optional<Place> following(List<Entry> candidates, QueueFilter filter) {
    return candidates.size() < BATCH || filter.id().isPresent()
        ? Optional.empty()
        : Optional.of(Place.of(candidates.getLast()))
            .filter(
                place -> filter.arrivedBefore().map(place.arrival()::isBefore).orElse(true));
  }

  private List<Entry> candidates(QueueFilter filter, Optional<Place> after) {
    if (filter.id().isPresent()) {
      // One for each destination of one mail.
      return book.of(filter.id().get()).stream().sorted(Entry.BY_ARRIVAL).toList();
    }
    if (filter.destination().isPresent()) {
      return EntryCensus.next(scheduler.lanes().meantBy(filter.destination().get()), after, BATCH);
    }
    Set<QueueEntry.State> states = filter
        .state()
        .<Set<QueueEntry.State>>map(EnumSet::of)
        .orElseGet(() -> EnumSet.allOf(QueueEntry.State.class));
    return scheduler.census().next(states, after, BATCH);
  }

  private static boolean isMeant(Entry entry, QueueFilter filter) {
    Lane lane = entry.lane;
    return entry.phase != Entry.Phase.ENDED
        && filter.state().map(state -> state == entry.shownState()).orElse(true)
        && filter
            .destination()
            .map(wanted -> lane != null && lane.isMeantBy(wanted))
            .orElse(true)
        && filter.matches(entry.arrival(), entry.size);
  }

  private static boolean needsMail(QueueFilter filter) {
    return filter.sender().isPresent()
        || filter.recipient().isPresent()
        || filter.lastError().isPresent();
  }

  /** How many entries fit. */
  long count(QueueFilter filter, Predicate<Entry> condition) {
    return batches(filter, condition).mapToLong(batch -> batch.entries().size()).sum();
  }

  /** An entry as operators see it; empty when its mail can't be read, or is gone. */
  Optional<QueueEntry> describe(Entry entry) {
    return book.mail(entry).map(mail -> {
      scheduler.lock.lock();
      try {
        return entry.describe(mail);
      } finally {
        scheduler.lock.unlock();
      }
    });
  }
}
