package org.mansio.queue.outgoing;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.MailId;

/**
 * Finds entries by a key that they have, as a hash table that chains the entries themselves: 8 to 12 octets an entry, where
 * one of {@link java.util.HashMap} takes 28 to 32. Several may have the same key. Guarded by the scheduler's lock.
 *
 * @param <K> the key; doesn't change while an entry is in the table
 */
abstract class EntryTable<K> {
  private static final int FIRST_CAPACITY = 64;

  /** A power of two. */
  private @Nullable Entry[] chains = new Entry[FIRST_CAPACITY];

  private int size;

  abstract K key(Entry entry);

  /** The next one of the chain that the entry is in. */
  abstract @Nullable Entry next(Entry entry);

  abstract void chain(Entry entry, @Nullable Entry next);

  static EntryTable<UUID> byId() {
    return new EntryTable<>() {
      @Override
      UUID key(Entry entry) {
        return entry.id;
      }

      @Override
      @Nullable
      Entry next(Entry entry) {
        return entry.nextById;
      }

      @Override
      void chain(Entry entry, @Nullable Entry next) {
        entry.nextById = next;
      }
    };
  }

  static EntryTable<MailId> byMail() {
    return new EntryTable<>() {
      @Override
      MailId key(Entry entry) {
        return entry.mailId;
      }

      @Override
      @Nullable
      Entry next(Entry entry) {
        return entry.nextByMail;
      }

      @Override
      void chain(Entry entry, @Nullable Entry next) {
        entry.nextByMail = next;
      }
    };
  }

  private static int chainOf(Object key, int chains) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & chains - 1;
  }

  int size() {
    return size;
  }

  /** The entry that has the key, any of them when several have; null when none has. */
  @Nullable
  Entry find(K key) {
    Entry entry = chains[chainOf(key, chains.length)];
    while (entry != null && !key(entry).equals(key)) {
      entry = next(entry);
    }
    return entry;
  }

  /** All entries that have the key. */
  List<Entry> all(K key) {
    List<Entry> found = new ArrayList<>(1);
    for (Entry entry = chains[chainOf(key, chains.length)]; entry != null; entry = next(entry)) {
      if (key(entry).equals(key)) {
        found.add(entry);
      }
    }
    return found;
  }

  /** All entries, in no particular order. */
  List<Entry> all() {
    List<Entry> all = new ArrayList<>(size);
    for (Entry first : chains) {
      for (Entry entry = first; entry != null; entry = next(entry)) {
        all.add(entry);
      }
    }
    return all;
  }

  /** @param entry must not be there yet */
  void add(Entry entry) {
    if (size == chains.length) {
      resize(chains.length * 2);
    }
    put(entry, chains);
    size++;
  }

  private void put(Entry entry, @Nullable Entry[] into) {
    int chain = chainOf(key(entry), into.length);
    chain(entry, into[chain]);
    into[chain] = entry;
  }

  /** @return whether it was there */
  boolean remove(Entry entry) {
    int chain = chainOf(key(entry), chains.length);
    Entry before = null;
    Entry at = chains[chain];
    while (at != null && at != entry) {
      before = at;
      at = next(at);
    }
    if (at == null) {
      return false;
    }
    if (before == null) {
      chains[chain] = next(entry);
    } else {
      chain(before, next(entry));
    }
    chain(entry, null);
    size--;
    if (chains.length > FIRST_CAPACITY && size < chains.length / 8) {
      resize(chains.length / 2);
    }
    return true;
  }

  private void resize(int capacity) {
    @Nullable Entry[] resized = new Entry[capacity];
    for (Entry first : chains) {
      Entry entry = first;
      while (entry != null) {
        Entry next = next(entry);
        put(entry, resized);
        entry = next;
      }
    }
    chains = resized;
  }
}
