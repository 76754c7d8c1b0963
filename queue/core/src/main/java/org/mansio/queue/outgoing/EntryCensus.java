package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import org.mansio.spi.queue.QueueEntry;

/**
 * Which entries are in which state, oldest first: counts, ages and the next part of a listing are there at once, at any
 * depth. An entry stands in it from when it is first placed until it is over. Guarded by the scheduler's lock.
 */
final class EntryCensus {
  private final Map<QueueEntry.State, EntriesByArrival> states =
      new EnumMap<>(QueueEntry.State.class);

  EntryCensus() {
    for (QueueEntry.State state : QueueEntry.State.values()) {
      states.put(state, new EntriesByArrival());
    }
  }

  /** A place in a listing; entries have different ones, and keep theirs. */
  record Place(Instant arrival, UUID id) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::arrival).thenComparing(Place::id);

    static Place of(Entry entry) {
      return new Place(entry.arrival(), entry.id);
    }

    /** @throws IllegalArgumentException when it isn't what {@link #toString} wrote */
    static Place parse(String text) {
      int slash = text.indexOf('/');
      try {
        return new Place(
            Instant.parse(text.substring(0, Math.max(0, slash))),
            UUID.fromString(text.substring(slash + 1)));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("'" + text + "' isn't the 'next' of a page", e);
      }
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return arrival + "/" + id;
    }
  }

  /** Enters an entry under the state that it has now, or moves it there. */
  void put(Entry entry) {
    QueueEntry.State state = entry.shownState();
    if (entry.counted != state) {
      remove(entry);
      of(state).add(entry);
      entry.counted = state;
    }
  }

  void remove(Entry entry) {
    QueueEntry.State counted = entry.counted;
    if (counted != null) {
      of(counted).remove(entry);
      entry.counted = null;
    }
  }

  private EntriesByArrival of(QueueEntry.State state) {
    return Objects.requireNonNull(states.get(state));
  }

  long count(QueueEntry.State state) {
    return of(state).size();
  }

  Optional<Instant> oldest(QueueEntry.State state) {
    return of(state).isEmpty()
        ? Optional.empty()
        : Optional.of(of(state).first().arrival());
  }

  /** The place of the entry that arrived last; empty when there is none. */
  Optional<Place> last() {
    return states.values().stream()
        .filter(entries -> !entries.isEmpty())
        .map(EntriesByArrival::last)
        .max(Entry.BY_ARRIVAL)
        .map(Place::of);
  }

  /** The next entries in some states behind a place, or from the beginning, in the order of their arrival. */
  List<Entry> next(Set<QueueEntry.State> wanted, Optional<Place> after, int limit) {
    return merge(wanted.stream().map(this::of).toList(), after, limit);
  }

  /** The same for all entries of some lanes, in any state. */
  static List<Entry> next(List<Lane> lanes, Optional<Place> after, int limit) {
    return merge(lanes.stream().map(lane -> lane.members).toList(), after, limit);
  }

  private static List<Entry> merge(List<EntriesByArrival> all, Optional<Place> after, int limit) {
    PriorityQueue<Head> heads = new PriorityQueue<>(
        Math.max(1, all.size()), Comparator.comparing(Head::first, Entry.BY_ARRIVAL));
    all.forEach(entries -> add(heads, entries.behind(after)));
    List<Entry> found = new ArrayList<>();
    while (found.size() < limit) {
      Head head = heads.poll();
      if (head == null) {
        break;
      }
      found.add(head.first());
      add(heads, head.rest());
    }
    return found;
  }

  /** What is left of one ordered set. */
  private record Head(Entry first, Iterator<Entry> rest) {}

  private static void add(PriorityQueue<Head> heads, Iterator<Entry> entries) {
    if (entries.hasNext()) {
      heads.add(new Head(entries.next(), entries));
    }
  }
}
