package org.mansio.queue.outgoing;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their arrival, in arrays of some hundred: 4 to 8 octets an entry, where a node of a tree takes 32.
 * Finding a place takes time with the logarithm of the size, adding and removing moves a part of one array besides; what
 * arrives last, as most does, moves nothing. Guarded by the scheduler's lock.
 */
final class EntriesByArrival extends AbstractCollection<Entry> {
  /** Entries in one array, at most. */
  static final int PART = 256;

  private static final int FIRST_CAPACITY = 4;

  /** None of them is empty. */
  private final List<Part> parts = new ArrayList<>(1);

  private int size;

  /** Some that follow one another. */
  private static final class Part {
    private @Nullable Entry[] entries;
    private int size;

    private Part(@Nullable Entry[] entries, int size) {
      this.entries = entries;
      this.size = size;
    }

    private Entry at(int place) {
      return Objects.requireNonNull(entries[place]);
    }

    private Entry last() {
      return at(size - 1);
    }

    /** The first place whose entry doesn't come before; the size when there is none. */
    private int place(long arrival, UUID id) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (at(middle).compareArrival(arrival, id) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private void insert(Entry entry, int place) {
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, Math.min(PART, Math.max(FIRST_CAPACITY, size * 2)));
      }
      System.arraycopy(entries, place, entries, place + 1, size - place);
      entries[place] = entry;
      size++;
    }

    private void remove(int place) {
      size--;
      System.arraycopy(entries, place + 1, entries, place, size - place);
      entries[size] = null;
      if (size < entries.length / 4) {
        entries = Arrays.copyOf(entries, Math.max(FIRST_CAPACITY, entries.length / 2));
      }
    }

    private Part splitOff() {
      int half = size / 2;
      Part rest = new Part(Arrays.copyOfRange(entries, half, half + PART), size - half);
      Arrays.fill(entries, half, size, null);
      size = half;
      return rest;
    }

    private void append(Part next) {
      entries = Arrays.copyOf(entries, PART);
      System.arraycopy(next.entries, 0, entries, size, next.size);
      size += next.size;
    }
  }

  @Override
  public int size() {
    return size;
  }

  /** @throws NoSuchElementException when it is empty */
  Entry first() {
    return parts.getFirst().at(0);
  }

  /** @throws NoSuchElementException when it is empty */
  Entry last() {
    return parts.getLast().last();
  }

  /** The first part that doesn't end before a place; the number of parts when all do. */
  private int part(long arrival, UUID id) {
    int low = 0;
    int high = parts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).last().compareArrival(arrival, id) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public boolean contains(@Nullable Object object) {
    if (!(object instanceof Entry entry)) {
      return false;
    }
    int at = part(entry.arrivalNanos, entry.id);
    if (at == parts.size()) {
      return false;
    }
    Part part = parts.get(at);
    return part.at(part.place(entry.arrivalNanos, entry.id)) == entry;
  }

  /** @return false when it is there already */
  @Override
  public boolean add(Entry entry) {
    int at = part(entry.arrivalNanos, entry.id);
    if (at == parts.size()) {
      // Behind all others.
      if (at == 0 || parts.getLast().size == PART) {
        parts.add(new Part(new Entry[FIRST_CAPACITY], 0));
      }
      Part last = parts.getLast();
      last.insert(entry, last.size);
      size++;
      return true;
    }
    Part part = parts.get(at);
    int within = part.place(entry.arrivalNanos, entry.id);
    if (part.at(within) == entry) {
      return false;
    }
    if (part.size == PART) {
      Part rest = part.splitOff();
      parts.add(at + 1, rest);
      if (within > part.size) {
        within -= part.size;
        part = rest;
      }
    }
    part.insert(entry, within);
    size++;
    return true;
  }

  @Override
  public boolean remove(@Nullable Object object) {
    if (!(object instanceof Entry entry)) {
      return false;
    }
    int at = part(entry.arrivalNanos, entry.id);
    if (at == parts.size()) {
      return false;
    }
    Part part = parts.get(at);
    int within = part.place(entry.arrivalNanos, entry.id);
    if (part.at(within) != entry) {
      return false;
    }
    part.remove(within);
    size--;
    if (part.size == 0) {
      parts.remove(at);
    } else if (part.size < PART / 4) {
      // What is left of many must not keep their room.
      joinWithNext(at);
      joinWithNext(at - 1);
    }
    return true;
  }

  private void joinWithNext(int at) {
    if (at >= 0
        && at + 1 < parts.size()
        && parts.get(at).size + parts.get(at + 1).size <= PART / 2) {
      parts.get(at).append(parts.remove(at + 1));
    }
  }

  /** Oldest first; not to be used across a change. */
  @Override
  public Iterator<Entry> iterator() {
    return new Walk(0, 0);
  }

  /** Those behind a place, or all; oldest first; not to be used across a change. */
  Iterator<Entry> behind(Optional<EntryCensus.Place> place) {
    if (place.isEmpty()) {
      return iterator();
    }
    long arrival = EpochNanos.of(place.get().arrival());
    UUID id = place.get().id();
    int at = part(arrival, id);
    if (at == parts.size()) {
      return new Walk(at, 0);
    }
    Part part = parts.get(at);
    int within = part.place(arrival, id);
    return new Walk(at, part.at(within).compareArrival(arrival, id) == 0 ? within + 1 : within);
  }

  private final class Walk implements Iterator<Entry> {
    private int at;
    private int within;

    private Walk(int at, int within) {
      this.at = at;
      this.within = within;
      skipEnd();
    }

    private void skipEnd() {
      if (at < parts.size() && within == parts.get(at).size) {
        at++;
        within = 0;
      }
    }

    @Override
    public boolean hasNext() {
      return at < parts.size();
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Entry entry = parts.get(at).at(within);
      within++;
      skipEnd();
      return entry;
    }
  }
}
