package org.mansio.queue.activemq.journal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.util.ByteSequence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes transactions and knows which records are alive and where. All who write at the time share one sync, which the
 * journal's own thread does: callers enter their transaction under a lock, in memory, and wait outside of it.
 *
 * <p>A transaction counts from the moment it is entered, so that whatever is entered later follows it in the journal too;
 * when the disk then refuses it, it is undone. A journal that was refused once is closed and opened anew (see {@link
 * #reopen}). Thread-safe.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  /** A file of the journal. When all records in it have ended it is deleted, so smaller ones go sooner. */
  static final int FILE_OCTETS = 32 << 20;

  /** What the journal writes at one go. */
  private static final int BATCH_OCTETS = 1 << 20;

  /** After so many files the index is written anew; a start after a crash reads no more than these. */
  private static final int INDEX_EVERY = 8;

  private static final Runnable NOTHING = () -> {};

  private final File directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableMap<Integer, JournalFile> files = new TreeMap<>();
  private Journal journal;
  private volatile @Nullable IOException broken;
  /** Ends that were entered without a sync since the last one. */
  private final List<Location> unsynced = new ArrayList<>();

  private volatile int indexed;

  private final Supplier<Journal> journals;
  private final int fileOctets;

  /**
   * @param journals makes a journal, which is then set up and started
   * @param fileOctets the length of a file
   * @throws IOException when the directory can't be used
   */
  JournalWriter(Path directory, Supplier<Journal> journals, int fileOctets) throws IOException {
    Files.createDirectories(directory);
    this.directory = directory.toFile();
    this.journals = journals;
    this.fileOctets = fileOctets;
    this.journal = started();
  }

  private Journal started() throws IOException {
    Journal journal = journals.get();
    journal.setDirectory(directory);
    journal.setMaxFileLength(fileOctets);
    journal.setWriteBatchSize(BATCH_OCTETS);
    journal.setChecksum(true);
    // A file that has its length already is synced without a change of the file system's own data.
    journal.setPreallocationScope(Journal.PreallocationScope.ENTIRE_JOURNAL_ASYNC);
    journal.setPreallocationStrategy(Journal.PreallocationStrategy.CHUNKED_ZEROS);
    try {
      journal.start();
      JournalTail.secure(journal);
    } catch (IOException e) {
      journal.close();
      throw e;
    }
    return journal;
  }

  /** Whether the disk refused a write and the journal wasn't opened since. */
  boolean isBroken() {
    return broken != null;
  }

  private JournalFile file(int id) {
    return files.computeIfAbsent(id, i -> new JournalFile(i, journal.getFile(i)));
  }

  RecordPlace locate(LiveRecord record) {
    lock.lock();
    try {
      JournalFile file = record.file;
      return file == null
          ? new RecordPlace(0, 0, record.length, new File(directory, "ended"))
          : new RecordPlace(file.id, record.position, record.length, file.path);
    } finally {
      lock.unlock();
    }
  }

  // ---- writing ----

  /**
   * Makes a transaction durable.
   *
   * @param ends records that end with it
   * @throws IOException when the disk refuses; nothing has changed then
   */
  void write(List<JournalTransaction.Added> added, Collection<LiveRecord> ends) throws IOException {
    JournalTransaction transaction = new JournalTransaction();
    Location location;
    lock.lock();
    try {
      added.forEach(addition -> transaction.add(addition.record(), addition.octets()));
      ends.forEach(transaction::end);
      location = enter(transaction, true);
    } finally {
      lock.unlock();
    }
    await(location, transaction);
  }

  /**
   * Ends records. It is written at once and synced with whatever is synced next: a power failure before that brings them
   * back, as if the machine had stopped a moment earlier. When the disk refuses, {@link #reopen} ends them.
   */
  void end(Collection<LiveRecord> records) {
    JournalTransaction transaction = new JournalTransaction();
    lock.lock();
    try {
      records.forEach(transaction::end);
      if (!transaction.ended().isEmpty()) {
        unsynced.add(enter(transaction, false));
      }
    } catch (IOException e) {
      LOG.debug("Records are ended when the journal is open again: {}", e.getMessage());
      transaction.ended().forEach(ending -> ending.file().remove(ending.record()));
    } finally {
      lock.unlock();
    }
  }

  void end(LiveRecord record) {
    end(List.of(record));
  }

  /** Makes durable what was entered without a sync. */
  void sync() throws IOException {
    JournalTransaction nothing = new JournalTransaction();
    Location location;
    List<Location> before;
    lock.lock();
    try {
      if (unsynced.isEmpty()) {
        return;
      }
      before = List.copyOf(unsynced);
      unsynced.clear();
      location = enter(nothing, true);
    } finally {
      lock.unlock();
    }
    await(location, nothing);
    for (Location ends : before) {
      IOException refused = ends.getException().get();
      if (refused != null) {
        // Nobody waited for it, so it is found out here; the journal is opened anew and ends them.
        broken = refused;
        throw refused;
      }
    }
  }

  private Location enter(JournalTransaction transaction, boolean sync) throws IOException {
    IOException reason = broken;
    if (reason != null) {
      throw new IOException("the journal is closed since a write failed", reason);
    }
    ByteSequence octets = new ByteSequence(transaction.encode());
    Location location;
    try {
      location = sync ? journal.write(octets, NOTHING) : journal.write(octets, false);
    } catch (IOException e) {
      broken = e;
      throw e;
    }
    JournalFile file = file(location.getDataFileId());
    transaction.ended().forEach(ending -> ending.file().remove(ending.record()));
    int position = location.getOffset() + Journal.RECORD_HEAD_SPACE + transaction.firstPosition();
    for (JournalTransaction.Added addition : transaction.added()) {
      file.add(addition.record(), position);
      position += JournalTransaction.stride(addition);
    }
    return location;
  }

  private void await(Location location, JournalTransaction transaction) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          location.getLatch().await();
          break;
        } catch (InterruptedException e) {
          // What was entered is written; who asked must hear whether it is.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    IOException refused = location.getException().get();
    if (refused != null) {
      undo(transaction, refused);
      throw refused;
    }
  }

  private void undo(JournalTransaction transaction, IOException reason) {
    Set<LiveRecord> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    lock.lock();
    try {
      broken = reason;
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
    } finally {
      lock.unlock();
    }
  }

  // ---- keeping the journal short ----

  /** Octets of live records, of all files, and of one. */
  record Size(long live, long files, long file) {}

  Size size() {
    lock.lock();
    try {
      long live = files.values().stream().mapToLong(file -> file.liveOctets).sum();
      return new Size(live, (long) files.size() * fileOctets, fileOctets);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes the oldest files as far as nothing in them is alive. Only from the oldest on: an end that lies in a later file
   * must stay as long as what it ends.
   *
   * @throws IOException when what ended them can't be made durable
   */
  void deleteEnded() throws IOException {
    List<JournalFile> ended = ended();
    if (ended.isEmpty()) {
      return;
    }
    sync();
    lock.lock();
    try {
      if (isBroken()) {
        return;
      }
      for (JournalFile file : ended) {
        journal.removeDataFiles(Set.of(file.id));
        files.remove(file.id);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<JournalFile> ended() {
    List<JournalFile> ended = new ArrayList<>();
    lock.lock();
    try {
      for (JournalFile file : files.values()) {
        if (!file.isEmpty() || file.id >= files.lastKey()) {
          break;
        }
        ended.add(file);
      }
    } finally {
      lock.unlock();
    }
    return ended;
  }

  /** The live records of the oldest file; empty when it is the only one. */
  List<LiveRecord> oldest() {
    lock.lock();
    try {
      return files.size() < 2 ? List.of() : files.firstEntry().getValue().live();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes records anew, so that the file in which they lie can go.
   *
   * @throws IOException when the disk refuses; they then lie where they lay
   */
  void move(List<LiveRecord> records) throws IOException {
    List<RecordPlace> places = records.stream().map(this::locate).toList();
    List<byte[]> contents = new ArrayList<>();
    for (RecordPlace place : places) {
      contents.add(place.file() == 0 ? new byte[0] : place.read());
    }
    JournalTransaction transaction = new JournalTransaction();
    Location location;
    lock.lock();
    try {
      for (int i = 0; i < records.size(); i++) {
        LiveRecord record = records.get(i);
        // What has ended meanwhile stays ended.
        if (record.file != null) {
          transaction.end(record);
          transaction.add(record, contents.get(i));
        }
      }
      location = enter(transaction, true);
    } finally {
      lock.unlock();
    }
    await(location, transaction);
  }

  // ---- reading what is there ----

  /**
   * Reads the journal and finds what is alive in it. Only at the beginning, before anything is written.
   *
   * @return the live records, from the oldest on
   * @throws IOException when a file can't be read
   */
  List<LiveRecord> recover() throws IOException {
    lock.lock();
    try {
      Map<RecordKey, LiveRecord> alive = new HashMap<>();
      Map<Integer, DataFile> present = journal.getFileMap();
      JournalIndex index =
          JournalIndex.read(directory.toPath(), present).orElse(new JournalIndex(0, 0, List.of()));
      for (JournalIndex.Known known : index.records()) {
        // A file is deleted only after all that was in it has ended.
        if (present.containsKey(known.file())) {
          LiveRecord record = new LiveRecord(this, known.kind(), known.length());
          file(known.file()).add(record, known.position());
          alive.put(new RecordKey(known.file(), known.position()), record);
        }
      }
      read(index.file(), index.offset(), id -> new Recovery(file(id), alive))
          .forEach(JournalDamage::report);
      List<LiveRecord> live = new ArrayList<>(alive.size());
      files.values().forEach(file -> live.addAll(file.live()));
      return live;
    } finally {
      lock.unlock();
    }
  }

  private record RecordKey(int file, int position) {}

  /** Reads the files from a place on, to the end of what was written. @return what can't be read */
  private List<JournalDamage> read(
      int first, int offset, IntFunction<JournalReplay.Changes> listener) throws IOException {
    List<JournalDamage> damages = new ArrayList<>();
    int last = journal.getLastAppendLocation().getDataFileId();
    for (Map.Entry<Integer, DataFile> file : journal.getFileMap().entrySet()) {
      int id = file.getKey();
      if (id >= first && id <= last) {
        int from = id == first ? offset : 0;
        damages.addAll(JournalReplay.read(id, file.getValue().getFile(), from, listener.apply(id)));
      }
    }
    return damages;
  }

  private final class Recovery implements JournalReplay.Changes {
    private final JournalFile file;
    private final Map<RecordKey, LiveRecord> alive;

    Recovery(JournalFile file, Map<RecordKey, LiveRecord> alive) {
      this.file = file;
      this.alive = alive;
    }

    @Override
    public void added(RecordKind kind, int position, int length) {
      LiveRecord record = new LiveRecord(JournalWriter.this, kind, length);
      file.add(record, position);
      alive.put(new RecordKey(file.id, position), record);
    }

    @Override
    public void ended(int in, int position) {
      LiveRecord record = alive.remove(new RecordKey(in, position));
      if (record != null && record.file != null) {
        record.file.remove(record);
      }
    }
  }

  // ---- when the disk refused ----

  /**
   * Opens the journal anew. What is found in it and isn't alive here is ended: transactions whose callers were told that they
   * failed, and records whose end didn't reach the disk.
   *
   * @throws IOException when it can't be opened yet
   */
  void reopen() throws IOException {
    lock.lock();
    try {
      journal.close();
      journal = started();
      broken = null;
      JournalTransaction nothing = new JournalTransaction();
      await(enter(nothing, true), nothing);
      List<RecordKey> unknown = unknown();
      if (!unknown.isEmpty()) {
        JournalTransaction ending = new JournalTransaction();
        unknown.forEach(key -> ending.endAt(key.file(), key.position()));
        await(enter(ending, true), ending);
      }
    } catch (IOException e) {
      broken = e;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private List<RecordKey> unknown() throws IOException {
    Set<RecordKey> known = new HashSet<>();
    for (JournalFile file : files.values()) {
      file.live().forEach(record -> known.add(new RecordKey(file.id, record.position)));
    }
    Set<RecordKey> found = new LinkedHashSet<>();
    read(0, 0, id -> new Survey(file(id).id, found));
    found.removeAll(known);
    return List.copyOf(found);
  }

  private record Survey(int file, Set<RecordKey> found) implements JournalReplay.Changes {
    @Override
    public void added(RecordKind kind, int position, int length) {
      found.add(new RecordKey(file, position));
    }

    @Override
    public void ended(int in, int position) {
      found.remove(new RecordKey(in, position));
    }
  }

  // ---- so that the next start is quick ----

  /**
   * Writes the index, when the journal has grown enough since it was written last.
   *
   * @param always whether it is written anyway
   * @throws IOException when the disk refuses; the former index then stands
   */
  void index(boolean always) throws IOException {
    JournalTransaction nothing = new JournalTransaction();
    List<JournalIndex.Known> known = new ArrayList<>();
    Location location;
    lock.lock();
    try {
      if (!always && files.isEmpty() || !always && files.lastKey() < indexed + INDEX_EVERY) {
        return;
      }
      for (JournalFile file : files.values()) {
        for (LiveRecord record : file.live()) {
          known.add(new JournalIndex.Known(record.kind, file.id, record.position, record.length));
        }
      }
      location = enter(nothing, true);
    } finally {
      lock.unlock();
    }
    // What stands in front of this place is durable when this is.
    await(location, nothing);
    new JournalIndex(location.getDataFileId(), location.getOffset(), known)
        .write(directory.toPath());
    indexed = location.getDataFileId();
  }

  /** @return whether all that was entered is durable */
  boolean close() {
    try {
      boolean durable = !isBroken();
      if (durable) {
        sync();
        index(true);
      }
      journal.close();
      return durable;
    } catch (IOException e) {
      LOG.warn("The queue's journal didn't close cleanly; it recovers at the next start", e);
      return false;
    }
  }
}
