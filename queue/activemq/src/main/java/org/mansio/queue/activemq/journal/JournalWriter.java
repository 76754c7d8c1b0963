package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes transactions. All who write at the time share one sync, which the journal's own thread does: callers enter their
 * transaction under the lock of the files, in memory, and wait outside of it.
 *
 * <p>A transaction counts from the moment it is entered, so that whatever is entered later follows it in the journal too;
 * when the disk then refuses it, it is undone. A journal that was refused once is broken: it refuses all until {@link
 * JournalReopening} has opened it anew. Thread-safe.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private final Path directory;
  private final JournalFiles files;
  private final JournalKey key;
  private final ReentrantLock lock;
  private final PendingTransactions pending = new PendingTransactions();
  private OpenJournal journal;
  private volatile @Nullable IOException broken;

  /** @throws IOException when the directory can't be used */
  JournalWriter(JournalStarter starter) throws IOException {
    this.directory = starter.directory();
    this.files = new JournalFiles(directory.toFile(), starter.fileOctets());
    this.lock = files.lock;
    this.key = JournalKey.of(directory);
    this.journal = starter.start();
  }

  /** The files with what is alive in them. */
  JournalFiles files() {
    return files;
  }

  JournalKey key() {
    return key;
  }

  RecordPlace locate(LiveRecord record) {
    lock.lock();
    try {
      return files.locate(record);
    } finally {
      lock.unlock();
    }
  }

  /** What was found at the start. @param live from the oldest on */
  record Recovered(List<LiveRecord> live, List<JournalDamage> damages) {}

  /**
   * Reads the journal and finds what is alive in it. Only at the beginning, before anything is written.
   *
   * @throws IOException when a file can't be read; the writer must not be used then
   */
  Recovered recover() throws IOException {
    lock.lock();
    try {
      Journal read = journal.journal();
      List<JournalDamage> damages = new JournalScan(read, files, key).recover(directory, this);
      JournalTail.secure(read, key);
      return new Recovered(files.live(), damages);
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
    // Who holds the lock while the journal is being opened anew waits for the disk.
    requireOpen();
    JournalTransaction transaction = new JournalTransaction();
    Location location;
    lock.lock();
    try {
      requireOpen();
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
   * brings them back, as if it had come a moment earlier. When the disk refuses, {@link JournalReopening} ends them.
   */
  void end(Collection<LiveRecord> records) {
    JournalTransaction transaction = new JournalTransaction();
    lock.lock();
    try {
      records.forEach(transaction::end);
      if (!transaction.ended().isEmpty()) {
        requireOpen();
        pending.ended(enter(transaction, false));
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
   * @throws IOException when the disk refuses, or has refused: what ended since then waits for {@link JournalReopening}
   */
  void sync() throws IOException {
    lock.lock();
    try {
      requireOpen();
      if (!pending.hasEnds()) {
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
      requireOpen();
      ends = pending.takeEnds();
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

  /** Enters a transaction, also while the journal is being opened anew; with the lock of the files held. */
  Location enter(JournalTransaction transaction, boolean sync) throws IOException {
    Location location;
    try {
      location = journal.append(transaction.encode(key), sync);
    } catch (IOException e) {
      broken = e;
      throw e;
    }
    if (sync) {
      pending.entered(transaction, location);
    }
    files.entered(
        transaction,
        files.file(journal.journal(), location.getDataFileId()),
        location.getOffset() + Journal.RECORD_HEAD_SPACE);
    return location;
  }

  /** Waits until a transaction that was entered is durable. @throws IOException when it is refused, and undone */
  void await(Location location, JournalTransaction transaction) throws IOException {
    IOException refused = OpenJournal.awaitRefusal(location);
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
        journal.delete(file);
        files.forget(file);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- when the disk has refused ----

  /** Whether the disk refused a write and the journal wasn't opened since. */
  boolean isBroken() {
    return broken != null;
  }

  private void requireOpen() throws IOException {
    IOException reason = broken;
    if (reason != null) {
      throw new IOException("the journal is closed since a write failed", reason);
    }
  }

  /**
   * Closes the journal that is broken, and undoes what isn't durable: whoever waits for it may not have come to it yet. From
   * then on the journal is as if it had never been.
   */
  void shut() throws IOException {
    // What somebody enters who found it whole is entered by now.
    current().close();
    lock.lock();
    try {
      for (JournalTransaction failed : pending.takeUndurable()) {
        undo(failed, new IOException("the journal was closed"));
      }
    } finally {
      lock.unlock();
    }
  }

  private OpenJournal current() {
    lock.lock();
    try {
      return journal;
    } finally {
      lock.unlock();
    }
  }

  /** The journal from now on; broken as long as {@link #mended} isn't said. */
  void use(OpenJournal fresh) {
    lock.lock();
    try {
      journal = fresh;
    } finally {
      lock.unlock();
    }
  }

  /** The journal holds what is alive here, and no more. */
  void mended() {
    broken = null;
  }

  void close() throws IOException {
    current().close();
  }
}
