package org.mansio.queue.outgoing;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entries of which the first is wanted, as a binary heap in an array. Each entry remembers its place, so that it can be taken
 * out from wherever it stands; that makes 4 to 8 octets an entry, where a node of a tree takes 40. Adding and removing take
 * time with the logarithm of the size. What the order depends on doesn't change while an entry is in it. Guarded by the
 * scheduler's lock.
 */
abstract class EntryHeap extends AbstractCollection<Entry> {
  private static final @Nullable Entry[] NOTHING = new Entry[0];
  private static final int FIRST_CAPACITY = 4;

  private @Nullable Entry[] entries = NOTHING;
  private int size;

  /** Whether one goes before the other. */
  abstract boolean isBefore(Entry one, Entry other);

  /** Where the entry says that it stands; anything when it is in no heap of this kind. */
  abstract int place(Entry entry);

  abstract void remember(Entry entry, int place);

  /** Ready entries of a lane, in the order in which they are tried. */
  static EntryHeap ofReady() {
    return new OfLane() {
      @Override
      boolean isBefore(Entry one, Entry other) {
        long rank = one.rank();
        long otherRank = other.rank();
        return rank < otherRank || rank == otherRank && one.turn < other.turn;
      }
    };
  }

  /** Waiting entries of a lane, oldest first. */
  static EntryHeap ofWaiting() {
    return new OfLane() {
      @Override
      boolean isBefore(Entry one, Entry other) {
        return Entry.BY_ARRIVAL.compare(one, other) < 0;
      }
    };
  }

  /** Entries by their alarms. */
  static EntryHeap ofAlarms() {
    return new EntryHeap() {
      @Override
      boolean isBefore(Entry one, Entry other) {
        return one.alarm < other.alarm;
      }

      @Override
      int place(Entry entry) {
        return entry.placeInAlarms;
      }

      @Override
      void remember(Entry entry, int place) {
        entry.placeInAlarms = place;
      }
    };
  }

  /** An entry is ready or waits, never both. */
  private abstract static class OfLane extends EntryHeap {
    @Override
    int place(Entry entry) {
      return entry.placeInLane;
    }

    @Override
    void remember(Entry entry, int place) {
      entry.placeInLane = place;
    }
  }

  @Override
  public int size() {
    return size;
  }

  /** @throws NoSuchElementException when it is empty */
  Entry first() {
    if (size == 0) {
      throw new NoSuchElementException();
    }
    return at(0);
  }

  private Entry at(int place) {
    return Objects.requireNonNull(entries[place]);
  }

  private boolean has(Entry entry) {
    int place = place(entry);
    return place < size && entries[place] == entry;
  }

  @Override
  public boolean contains(@Nullable Object entry) {
    return entry instanceof Entry known && has(known);
  }

  @Override
  public boolean add(Entry entry) {
    if (has(entry)) {
      return false;
    }
    if (size == entries.length) {
      // By half: what isn't used yet would count with a million entries.
      entries = Arrays.copyOf(entries, Math.max(FIRST_CAPACITY, size + (size >> 1)));
    }
    size++;
    rise(entry, size - 1);
    return true;
  }

  @Override
  public boolean remove(@Nullable Object object) {
    if (!(object instanceof Entry entry) || !has(entry)) {
      return false;
    }
    int place = place(entry);
    size--;
    Entry last = at(size);
    entries[size] = null;
    if (last != entry) {
      sink(last, place);
      if (entries[place] == last) {
        rise(last, place);
      }
    }
    shrink();
    return true;
  }

  private void rise(Entry entry, int from) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / 2;
      if (!isBefore(entry, at(parent))) {
        break;
      }
      put(at(parent), place);
      place = parent;
    }
    put(entry, place);
  }

  private void sink(Entry entry, int from) {
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && isBefore(at(child + 1), at(child))) {
        child++;
      }
      if (!isBefore(at(child), entry)) {
        break;
      }
      put(at(child), place);
      place = child;
    }
    put(entry, place);
  }

  private void put(Entry entry, int place) {
    entries[place] = entry;
    remember(entry, place);
  }

  /** A lane that had many entries once doesn't keep the room for them. */
  private void shrink() {
    if (size == 0) {
      entries = NOTHING;
    } else if (size < entries.length / 4) {
      entries = Arrays.copyOf(entries, Math.max(FIRST_CAPACITY, entries.length / 2));
    }
  }

  /** In no particular order; not to be used across a change. */
  @Override
  public Iterator<Entry> iterator() {
    return Arrays.stream(entries, 0, size).map(Objects::requireNonNull).iterator();
  }
}
