package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.activemq.store.kahadb.disk.journal.Journal;

/**
 * Starts ActiveMQ's journal in a directory, set up as the queue needs it.
 *
 * @param directory of the journal; exists
 * @param journals makes a journal, which is then set up and started
 * @param fileOctets the length of a file
 */
record JournalStarter(Path directory, Supplier<Journal> journals, int fileOctets) {
  /** A file of the journal. When all records in it have ended it is deleted, so smaller ones go sooner. */
  static final int FILE_OCTETS = 32 << 20;

  /** What the journal writes at one go. */
  static final int BATCH_OCTETS = 1 << 20;

  /** @throws IOException when what is there can't be read */
  OpenJournal start() throws IOException {
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
    return new OpenJournal(journal, directory);
  }
}
