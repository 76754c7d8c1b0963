package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.util.ByteSequence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes transactions. All who write at the time share one sync, which the journal's own thread does: callers enter their
 * transaction under the lock of the files, in memory, and wait outside of it.
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

  private static final Runnable NOTHING = () -> {};

  private final Path directory;
  private final Supplier<Journal> journals;
  private final int fileOctets;
  private final JournalFiles files;
  private final JournalKey key;
  private final ReentrantLock lock;
  private Journal journal;
  private volatile @Nullable IOException broken;
  private volatile boolean passedOver;
  /** Ends that were entered without a sync since the last one. */
  private final List<Location> unsynced = new ArrayList<>();

  /** Transactions that somebody waits for, in their order; those that are durable leave it when others follow. */
  private final Deque<Pending> pending = new ArrayDeque<>();

  private record Pending(JournalTransaction transaction, Location location) {
    private boolean isDurable() {
      return location.getLatch().getCount() == 0 && location.getException().get() == null;
    }
  }

  /**
   * @param journals makes a journal, which is then set up and started
   * @param fileOctets the length of a file
   * @throws IOException when the directory can't be used
   */
  JournalWriter(Path directory, Supplier<Journal> journals, int fileOctets) throws IOException {
    Files.createDirectories(directory);
    this.directory = directory;
    this.journals = journals;
    this.fileOctets = fileOctets;
    this.files = new JournalFiles(directory.toFile(), fileOctets);
    this.lock = files.lock;
    this.key = JournalKey.of(directory);
    this.journal = started();
  }

  private Journal started() throws IOException {
    Journal journal = journals.get();
    UnusedFiles.delete(directory, fileOctets);
    journal.setDirectory(directory.toFile());
    journal.setMaxFileLength(fileOctets);
    journal.setWriteBatchSize(BATCH_OCTETS);
    journal.setChecksum(true);
    // A file that has its length already is synced without a change of the file system's own data.
    journal.setPreallocationScope(Journal.PreallocationScope.ENTIRE_JOURNAL_ASYNC);
    journal.setPreallocationStrategy(Journal.PreallocationStrategy.CHUNKED_ZEROS);
    // Writes are synced as each one asks. This one lets a file be synced before the next is
    // written: an end that waits for
    // a sync in the one must not be missing when what followed it in the other is there.
    journal.setJournalDiskSyncStrategy(Journal.JournalDiskSyncStrategy.PERIODIC);
    try {
      journal.start();
    } catch (IOException e) {
      journal.close();
      throw e;
    }
    return journal;
  }

  /** The files with what is alive in them. */
  JournalFiles files() {
    return files;
  }

  /** Whether the disk refused a write and the journal wasn't opened since. */
  boolean isBroken() {
    return broken != null;
  }

  /** Whether {@link #recover} could not read something that may have been acknowledged. */
  boolean hasPassedOver() {
    return passedOver;
  }

  RecordPlace locate(LiveRecord record) {
    lock.lock();
    try {
      return files.locate(record);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads the journal and finds what is alive in it. Only at the beginning, before anything is written.
   *
   * @return the live records, from the oldest on
   * @throws IOException when a file can't be read; the writer must not be used then
   */
  List<LiveRecord> recover() throws IOException {
    lock.lock();
    try {
      List<JournalDamage> damages = new JournalScan(journal, files, key).recover(directory, this);
      damages.forEach(JournalDamage::report);
      passedOver = damages.stream().anyMatch(JournalDamage::mayMatter);
      JournalTail.secure(journal, key);
      return files.live();
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
    write(transaction -> {
      added.forEach(transaction::add);
      ends.forEach(transaction::end);
    });
  }

  /**
   * Makes a transaction durable that depends on what is alive at its moment.
   *
   * @param content puts together what belongs to it, with the lock of the files held
   * @return where it lies
   * @throws IOException when the disk refuses; nothing has changed then
   */
  Location write(Consumer<JournalTransaction> content) throws IOException {
    JournalTransaction transaction = new JournalTransaction();
    Location location;
    lock.lock();
    try {
      content.accept(transaction);
      location = enter(transaction, true);
    } finally {
      lock.unlock();
    }
    await(location, transaction);
    return location;
  }

  /**
   * Ends records. It goes to the file with the next batch and is synced with whatever is synced next: a crash before that
   * brings them back, as if it had come a moment earlier. When the disk refuses, {@link #reopen} ends them.
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

  /**
   * Makes durable what was entered without a sync.
   *
   * @throws IOException when the disk refuses, or has refused: what ended since then waits for {@link #reopen}
   */
  void sync() throws IOException {
    lock.lock();
    try {
      requireOpen();
      if (unsynced.isEmpty()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    syncAll();
  }

  /** Waits until all is durable that was entered until now, also what others wait for. */
  void syncAll() throws IOException {
    JournalTransaction nothing = new JournalTransaction();
    Location location;
    List<Location> ends;
    lock.lock();
    try {
      ends = List.copyOf(unsynced);
      unsynced.clear();
      location = enter(nothing, true);
    } finally {
      lock.unlock();
    }
    await(location, nothing);
    for (Location end : ends) {
      IOException refused = end.getException().get();
      if (refused != null) {
        // Nobody waited for it, so it is found out here; the journal is opened anew and ends them.
        broken = refused;
        throw refused;
      }
    }
  }

  private void requireOpen() throws IOException {
    IOException reason = broken;
    if (reason != null) {
      throw new IOException("the journal is closed since a write failed", reason);
    }
  }

  private Location enter(JournalTransaction transaction, boolean sync) throws IOException {
    requireOpen();
    ByteSequence octets = new ByteSequence(transaction.encode(key));
    Location location;
    try {
      location = put(octets, sync);
    } catch (IOException e) {
      broken = e;
      throw e;
    }
    if (sync) {
      while (!pending.isEmpty() && pending.getFirst().isDurable()) {
        pending.removeFirst();
      }
      pending.addLast(new Pending(transaction, location));
    }
    files.entered(
        transaction,
        files.file(journal, location.getDataFileId()),
        location.getOffset() + Journal.RECORD_HEAD_SPACE);
    return location;
  }

  /** An interrupt says nothing about the disk, and must not leave an end unwritten. */
  private Location put(ByteSequence octets, boolean sync) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      Location location = null;
      while (location == null) {
        try {
          location = sync ? journal.write(octets, NOTHING) : journal.write(octets, false);
        } catch (InterruptedIOException e) {
          // The batch was full, and nothing was entered.
          interrupted = true;
        }
      }
      if (!files.knows(location.getDataFileId())) {
        // What is durable in a file is lost all the same when the file's name isn't.
        syncDirectory();
      }
      return location;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
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
    lock.lock();
    try {
      if (transaction.isUndone()) {
        return;
      }
      transaction.undone();
      broken = reason;
      files.undo(transaction);
    } finally {
      lock.unlock();
    }
  }

  // ---- the files ----

  /** Deletes files, from the oldest on and as long as nothing is alive in them; when the journal is broken, none. */
  void delete(List<JournalFile> ended) throws IOException {
    lock.lock();
    try {
      if (isBroken()) {
        return;
      }
      for (JournalFile file : ended) {
        if (!file.isEmpty()) {
          break;
        }
        journal.removeDataFiles(Set.of(file.id));
        files.forget(file);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens the journal anew, in a new file: what can be read behind a sync that was refused may never reach the disk, and would
   * leave a hole. What is found in it and isn't alive here is ended: transactions whose callers were told that they failed, and
   * records whose end didn't reach the disk. What such a transaction ended is written anew.
   *
   * @throws IOException when it can't be opened yet
   */
  void reopen() throws IOException {
    lock.lock();
    try {
      journal.close();
      undoPending();
      // What of them isn't on the disk is found below.
      unsynced.clear();
      journal = started();
      broken = null;
      JournalScan.Difference difference = new JournalScan(journal, files, key).compare();
      if (journal.getLastAppendLocation().getOffset() > 0) {
        journal.rotateWriteFile();
      } else {
        JournalTail.secure(journal, key);
      }
      // First these: a crash in between repeats something, and loses nothing.
      writeAgain(files.at(difference.ended()));
      if (!difference.unknown().isEmpty()) {
        JournalTransaction ending = new JournalTransaction();
        difference.unknown().forEach(position -> ending.endAt(position.file(), position.offset()));
        await(enter(ending, true), ending);
      }
    } catch (IOException e) {
      broken = e;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** A transaction that was refused can often be read at the next start, and what it ended would then be missing. */
  private void writeAgain(List<LiveRecord> records) throws IOException {
    Map<JournalTransaction, Location> entered = new LinkedHashMap<>();
    for (LiveRecord record : records) {
      JournalTransaction again = new JournalTransaction();
      byte[] octets = files.locate(record).read();
      again.end(record);
      again.add(new JournalTransaction.Added(record, octets));
      entered.put(again, enter(again, true));
    }
    for (Map.Entry<JournalTransaction, Location> one : entered.entrySet()) {
      await(one.getValue(), one.getKey());
    }
  }

  /** Whoever waits for one may not have come to it yet; from now on the journal is as if it had never been. */
  private void undoPending() {
    for (Pending failed : List.copyOf(pending).reversed()) {
      if (!failed.isDurable()) {
        undo(failed.transaction(), new IOException("the journal was closed"));
      }
    }
    pending.clear();
  }

  void close() throws IOException {
    journal.close();
  }
}
