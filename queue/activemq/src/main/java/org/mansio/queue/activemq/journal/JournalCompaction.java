package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the journal short: files in which nothing is alive are deleted, and what lives in old files is written anew when the
 * journal has grown to a multiple of what is alive in it. For one thread; others may write meanwhile.
 */
final class JournalCompaction {
  /** The journal may be so many times as long as what is alive in it, and so many files longer. */
  private static final int GROWTH = 2;

  private static final int ROOM = 4;

  /** Octets that are moved in one transaction: mail that comes meanwhile waits for no more. */
  private static final long MOVED_AT_ONCE = 256 << 10;

  private final JournalWriter writer;
  private final JournalFiles files;

  JournalCompaction(JournalWriter writer) {
    this.writer = writer;
    this.files = writer.files();
  }

  /**
   * Deletes the files that aren't needed any more.
   *
   * @throws IOException when what ended them can't be made durable
   */
  void deleteEnded() throws IOException {
    List<JournalFile> ended = ended();
    if (!ended.isEmpty()) {
      // What emptied a file may be under way still: until it is durable, the file has all there is
      // of its records.
      writer.syncAll();
      writer.delete(ended);
    }
  }

  private List<JournalFile> ended() {
    files.lock.lock();
    try {
      return files.ended();
    } finally {
      files.lock.unlock();
    }
  }

  /**
   * Empties the oldest file, when the journal has grown too long.
   *
   * @throws IOException when the disk refuses; what wasn't moved lies where it lay
   */
  void shorten() throws IOException {
    if (hasGrown()) {
      emptyOldest();
    }
  }

  /**
   * Writes anew what is alive in the oldest file.
   *
   * @throws IOException when the disk refuses; what wasn't moved lies where it lay
   */
  void emptyOldest() throws IOException {
    List<LiveRecord> some = new ArrayList<>();
    long octets = 0;
    for (LiveRecord record : oldest()) {
      some.add(record);
      octets += record.length;
      if (octets > MOVED_AT_ONCE) {
        move(some);
        some.clear();
        octets = 0;
      }
    }
    if (!some.isEmpty()) {
      move(some);
    }
  }

  private boolean hasGrown() {
    files.lock.lock();
    try {
      JournalFiles.Size size = files.size();
      return size.files() > GROWTH * size.live() + size.file() * ROOM;
    } finally {
      files.lock.unlock();
    }
  }

  private List<LiveRecord> oldest() {
    files.lock.lock();
    try {
      return files.oldest();
    } finally {
      files.lock.unlock();
    }
  }

  private void move(List<LiveRecord> records) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (LiveRecord record : records) {
      RecordPlace place = record.place();
      contents.add(place.file() == 0 ? new byte[0] : place.read());
    }
    writer.write(transaction -> {
      for (int i = 0; i < records.size(); i++) {
        LiveRecord record = records.get(i);
        // What has ended meanwhile stays ended.
        if (record.file != null) {
          transaction.end(record);
          transaction.add(new JournalTransaction.Added(record, contents.get(i)));
        }
      }
    });
  }
}
