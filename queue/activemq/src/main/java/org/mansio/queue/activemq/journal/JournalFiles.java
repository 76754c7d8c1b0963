package org.mansio.queue.activemq.journal;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.activemq.store.kahadb.disk.journal.Journal;

/**
 * The files of the journal with the live records in them, as they are once all transactions that were entered are written.
 * Whoever enters a transaction holds {@link #lock} for it and what it changes here, so that both go in the same order; all
 * methods want it held.
 */
final class JournalFiles {
  final ReentrantLock lock = new ReentrantLock();

  private final File directory;
  private final int fileOctets;
  private final NavigableMap<Integer, JournalFile> files = new TreeMap<>();
  private final AtomicLong count = new AtomicLong();

  /** @param fileOctets the length of a file */
  JournalFiles(File directory, int fileOctets) {
    this.directory = directory;
    this.fileOctets = fileOctets;
  }

  /** Octets of live records, of all files, and of one. */
  record Size(long live, long files, long file) {}

  /** Where the octets of a record begin: what tells it from all others of the journal. */
  record Position(int file, int offset) {}

  /** A file of the journal; known from now on. */
  JournalFile file(Journal journal, int id) {
    return files.computeIfAbsent(id, i -> new JournalFile(i, journal.getFile(i), count));
  }

  RecordPlace locate(LiveRecord record) {
    JournalFile file = record.file;
    return file == null
        ? new RecordPlace(0, 0, record.length, new File(directory, "ended"))
        : new RecordPlace(file.id, record.position, record.length, file.path);
  }

  // ---- transactions ----

  /**
   * A transaction was entered.
   *
   * @param file in which it lies
   * @param start where in it
   */
  void entered(JournalTransaction transaction, JournalFile file, int start) {
    transaction.ended().forEach(ending -> ending.file().remove(ending.record()));
    int position = start + transaction.firstPosition();
    for (JournalTransaction.Added addition : transaction.added()) {
      file.add(addition.record(), position);
      position += JournalTransaction.stride(addition);
    }
  }

  /** A transaction that was entered isn't written after all. */
  void undo(JournalTransaction transaction) {
    Set<LiveRecord> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    for (JournalTransaction.Added addition : transaction.added()) {
      JournalFile file = addition.record().file;
      if (file == null) {
        // Moved, and ended meanwhile.
        gone.add(addition.record());
      } else {
        file.remove(addition.record());
      }
    }
    transaction.ended().stream()
        .filter(ending -> !gone.contains(ending.record()))
        .forEach(ending -> ending.file().add(ending.record(), ending.position()));
  }

  // ---- what is alive ----

  /** How many records are alive; without the lock. */
  long count() {
    return count.get();
  }

  /** The live records, from the oldest on. */
  List<LiveRecord> live() {
    List<LiveRecord> live = new ArrayList<>();
    files.values().forEach(file -> live.addAll(file.live()));
    return live;
  }

  /** Where the live records are. */
  Set<Position> positions() {
    Set<Position> positions = new HashSet<>();
    for (JournalFile file : files.values()) {
      file.live().forEach(record -> positions.add(new Position(file.id, record.position)));
    }
    return positions;
  }

  /** The live records at some places, from the oldest on. */
  List<LiveRecord> at(Set<Position> positions) {
    List<LiveRecord> records = new ArrayList<>();
    for (JournalFile file : files.values()) {
      file.live().stream()
          .filter(record -> positions.contains(new Position(file.id, record.position)))
          .forEach(records::add);
    }
    return records;
  }

  /** The live records, from the oldest on, as they stand in the index. */
  List<JournalIndex.Known> known() {
    List<JournalIndex.Known> known = new ArrayList<>();
    for (JournalFile file : files.values()) {
      for (LiveRecord record : file.live()) {
        known.add(new JournalIndex.Known(record.kind, file.id, record.position, record.length));
      }
    }
    return known;
  }

  // ---- what has become of the files ----

  Size size() {
    long live = files.values().stream().mapToLong(file -> file.liveOctets).sum();
    return new Size(live, (long) files.size() * fileOctets, fileOctets);
  }

  /** The number of the newest file; -1 when there is none. */
  int newest() {
    return files.isEmpty() ? -1 : files.lastKey();
  }

  /**
   * The oldest files as far as nothing in them is alive. Only from the oldest on: an end that lies in a later file must stay
   * as long as what it ends.
   */
  List<JournalFile> ended() {
    List<JournalFile> ended = new ArrayList<>();
    for (JournalFile file : files.values()) {
      if (!file.isEmpty() || file.id >= files.lastKey()) {
        break;
      }
      ended.add(file);
    }
    return ended;
  }

  /** The live records of the oldest file; empty when it is the only one. */
  List<LiveRecord> oldest() {
    return files.size() < 2 ? List.of() : files.firstEntry().getValue().live();
  }

  void forget(JournalFile file) {
    files.remove(file.id);
  }
}
