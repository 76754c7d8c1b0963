package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.store.kahadb.disk.journal.Location;

/**
 * Writes the journal's index from time to time, so that a start needn't read all of the journal. Begins once all that is
 * alive is known: an index of less would lose the rest. Thread-safe.
 */
final class JournalCheckpoint {
  /** After so many files the index is written anew; a start after a crash reads no more than these. */
  private static final int INDEX_EVERY = 8;

  private final JournalWriter writer;
  private final JournalFiles files;
  private final Path directory;
  private volatile int indexed;

  /** @param directory of the journal */
  JournalCheckpoint(JournalWriter writer, Path directory) {
    this.writer = writer;
    this.files = writer.files();
    this.directory = directory;
  }

  /**
   * Writes the index when the journal has grown enough since it was written last.
   *
   * @throws IOException when the disk refuses; the former index then stands
   */
  void writeWhenDue() throws IOException {
    if (newestFile() >= indexed + INDEX_EVERY) {
      write();
    }
  }

  private int newestFile() {
    files.lock.lock();
    try {
      return files.newest();
    } finally {
      files.lock.unlock();
    }
  }

  /**
   * Writes the index.
   *
   * @throws IOException when the disk refuses; the former index then stands
   */
  synchronized void write() throws IOException {
    List<JournalIndex.Known> known = new ArrayList<>();
    // What stands in front of this place is durable when this is.
    Location place = writer.write(nothing -> known.addAll(files.known()));
    new JournalIndex(place.getDataFileId(), place.getOffset(), known).write(directory);
    indexed = place.getDataFileId();
  }
}
