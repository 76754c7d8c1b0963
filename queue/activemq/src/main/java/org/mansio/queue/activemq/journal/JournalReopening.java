package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.store.kahadb.disk.journal.Location;

/**
 * Opens the journal anew after the disk has refused something, in a new file: what can be read behind a sync that was refused may
 * never reach the disk, and would leave a hole. What is found in it and isn't alive here is ended: transactions whose callers
 * were told that they failed, and records whose end didn't reach the disk. What such a transaction ended is written anew.
 *
 * <p>The journal is read without a lock, and only when the disk takes writes. Until all is done it refuses at once whoever writes.
 * Thread-safe.
 */
final class JournalReopening {
  /** How long a journal that the disk refused rests; a probe is cheap. */
  private static final Duration REST = Duration.ofSeconds(1);

  /** The longest rest when the disk takes the probe, and refuses the journal all the same after it was read. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private final JournalWriter writer;
  private final JournalStarter starter;
  private final JournalFiles files;
  private final JournalKey key;
  private final DiskProbe probe;
  private volatile Duration rest = REST;

  JournalReopening(JournalWriter writer, JournalStarter starter, DiskProbe probe) {
    this.writer = writer;
    this.starter = starter;
    this.files = writer.files();
    this.key = writer.key();
    this.probe = probe;
  }

  /** How long to wait before the next try. */
  Duration rest() {
    return rest;
  }

  /**
   * Opens the journal when it is broken.
   *
   * @throws IOException when it can't be opened yet
   */
  synchronized void run() throws IOException {
    if (!writer.isBroken()) {
      return;
    }
    probe.write();
    Duration doubled = rest.multipliedBy(2);
    rest = doubled.compareTo(LONGEST_REST) < 0 ? doubled : LONGEST_REST;
    writer.shut();
    OpenJournal fresh = starter.start();
    writer.use(fresh);
    JournalScan.Difference found =
        new JournalScan(fresh.journal(), files, key).compare(positions());
    fresh.beginFile(key);
    files.lock.lock();
    try {
      // What has ended meanwhile was alive when the reading began.
      settle(found.now(files.positions()));
      writer.mended();
    } finally {
      files.lock.unlock();
    }
    rest = REST;
  }

  private Set<JournalFiles.Position> positions() {
    files.lock.lock();
    try {
      return files.positions();
    } finally {
      files.lock.unlock();
    }
  }

  private void settle(JournalScan.Difference difference) throws IOException {
    // First these: a crash in between repeats something, and loses nothing.
    writeAgain(files.at(difference.ended()));
    if (!difference.unknown().isEmpty()) {
      JournalTransaction ending = new JournalTransaction();
      difference.unknown().forEach(position -> ending.endAt(position.file(), position.offset()));
      writer.await(writer.enter(ending, true), ending);
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
      entered.put(again, writer.enter(again, true));
    }
    for (Map.Entry<JournalTransaction, Location> one : entered.entrySet()) {
      writer.await(one.getValue(), one.getKey());
    }
  }
}
