package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * A journal that was started. What is appended lies in memory first; the journal's own thread writes and syncs it together with
 * what others append at the time. An interrupt of a caller says nothing about the disk, so it waits until the caller is
 * through. One caller at a time, except for {@link #awaitRefusal}.
 */
final class OpenJournal {
  private static final Runnable NOTHING = () -> {};
  private static final int NONE = -1;

  private final Journal journal;
  private final Path directory;
  private int newest = NONE;

  OpenJournal(Journal journal, Path directory) {
    this.journal = journal;
    this.directory = directory;
  }

  /** ActiveMQ's. */
  Journal journal() {
    return journal;
  }

  /**
   * Appends a transaction.
   *
   * @param sync whether it is to be synced with its batch; else with the next one that is
   * @return where it lies
   * @throws IOException when the disk refuses, also for what was appended before
   */
  Location append(byte[] transaction, boolean sync) throws IOException {
    ByteSequence octets = new ByteSequence(transaction);
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
      if (location.getDataFileId() != newest) {
        // What is durable in a file is lost all the same when the file's name isn't.
        syncDirectory();
        newest = location.getDataFileId();
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

  /** Waits until it is known what became of a transaction. @return why the disk refused it; null when it is durable */
  static @Nullable IOException awaitRefusal(Location location) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          location.getLatch().await();
          return location.getException().get();
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
  }

  /** Goes on in a new file, unless nothing was written yet. */
  void beginFile(JournalKey key) throws IOException {
    if (journal.getLastAppendLocation().getOffset() > 0) {
      journal.rotateWriteFile();
    } else {
      JournalTail.secure(journal, key);
    }
  }

  void delete(JournalFile file) throws IOException {
    journal.removeDataFiles(Set.of(file.id));
  }

  void close() throws IOException {
    journal.close();
  }
}
