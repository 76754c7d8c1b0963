package org.mansio.server.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries a Maildir has seen, so that a repeated one is found without reading a directory each time.
 *
 * <p>At the first delivery into a Maildir its file names are read once; from then on a set of 64-bit hashes answers, and
 * each delivery adds its own. Only when a hash is in the set are the names read again, to be sure. A set that falls out of
 * memory is read anew: nothing has to be kept on disk, and a crash needs no marker. It sees what this process delivers and
 * what lay there before; two servers on one directory wouldn't see each other's deliveries of the last moments.
 * Thread-safe.
 */
final class DeliveredIds {
  /** Hashes in memory over all Maildirs: 4 million take 32 MiB. */
  private static final long MAX_HASHES = 4_000_000;

  private static final Duration UNUSED = Duration.ofHours(1);

  private final Cache<Path, Seen> seen = Caffeine.newBuilder()
      .maximumWeight(MAX_HASHES)
      .weigher((Path path, Seen set) -> set.capacity())
      .expireAfterAccess(UNUSED)
      .build();

  /** Whether the Maildir holds the message of that delivery. */
  boolean contains(Maildir maildir, String deliveryId) throws IOException {
    return read(maildir).contains(hash(deliveryId)) && isOnDisk(maildir, deliveryId);
  }

  /** Notes a delivery; the message lies in the Maildir already, so a set made meanwhile has it too. */
  void add(Maildir maildir, String deliveryId) throws IOException {
    Seen set = read(maildir);
    int before = set.capacity();
    set.add(hash(deliveryId));
    if (set.capacity() != before) {
      // Puts the larger weight into the account.
      seen.put(maildir.path(), set);
    }
  }

  /** Forgets a Maildir, when it isn't certain what became of a delivery. */
  void forget(Maildir maildir) {
    seen.invalidate(maildir.path());
  }

  private Seen read(Maildir maildir) throws IOException {
    Seen set = seen.get(maildir.path(), path -> new Seen());
    if (set.readOnce(maildir)) {
      seen.put(maildir.path(), set);
    }
    return set;
  }

  private static boolean isOnDisk(Maildir maildir, String deliveryId) throws IOException {
    boolean[] found = {false};
    maildir.forEachMessage(file -> found[0] |= MessageName.parse(Maildir.fileName(file))
        .deliveryId()
        .filter(deliveryId::equals)
        .isPresent());
    return found[0];
  }

  /** FNV-1a, 64 bits, with a final mix so that the low bits are good for a table; never 0. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }

  /** A set of hashes in an open-addressing table, 0 for empty. */
  private static final class Seen {
    private static final int SMALLEST = 64;

    private long @Nullable [] table;
    private int size;

    /** @return whether the directory was read now */
    synchronized boolean readOnce(Maildir maildir) throws IOException {
      if (table != null) {
        return false;
      }
      maildir.removeLeftovers(Instant.now());
      table = new long[SMALLEST];
      try {
        maildir.forEachMessage(file ->
            MessageName.parse(Maildir.fileName(file)).deliveryId().ifPresent(id -> add(hash(id))));
      } catch (IOException | RuntimeException e) {
        table = null;
        size = 0;
        throw e;
      }
      return true;
    }

    synchronized int capacity() {
      return table == null ? SMALLEST : table.length;
    }

    synchronized boolean contains(long hash) {
      return table != null && table[slot(table, hash)] == hash;
    }

    synchronized void add(long hash) {
      long[] hashes = table == null ? new long[SMALLEST] : table;
      if (size * 2 >= hashes.length) {
        long[] old = hashes;
        hashes = new long[old.length * 2];
        for (long each : old) {
          if (each != 0) {
            hashes[slot(hashes, each)] = each;
          }
        }
      }
      int slot = slot(hashes, hash);
      if (hashes[slot] == 0) {
        hashes[slot] = hash;
        size++;
      }
      table = hashes;
    }

    private static int slot(long[] hashes, long hash) {
      int slot = (int) hash & hashes.length - 1;
      while (hashes[slot] != 0 && hashes[slot] != hash) {
        slot = slot + 1 & hashes.length - 1;
      }
      return slot;
    }
  }
}
