package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.store.kahadb.disk.journal.ReplicationTarget;
import org.apache.activemq.util.ByteSequence;

/**
 * A disk beneath a journal that can refuse, and that knows what a power failure may take: whatever was written since the last
 * sync of its file, in sectors, in any order. The journal tells of each batch between its write and its sync.
 */
final class FaultyDisk implements Supplier<Journal>, ReplicationTarget {
  private static final int SECTOR = 512;

  private volatile Path directory;
  private volatile Journal journal = new Journal();
  private final List<Written> unsynced = new ArrayList<>();

  /** What was written before a sync that was refused: it can be read, and no later sync brings it to the disk. */
  private final List<Written> refused = new ArrayList<>();

  private boolean lastIsSynced;

  /** Runs between the write of a batch and its sync; what it throws is the disk's refusal. */
  volatile Runnable beforeSync = () -> {};

  /** @param directory of the journal */
  FaultyDisk(Path directory) {
    this.directory = directory;
  }

  private record Written(int file, int from, int to) {}

  /** The journal goes on in another directory, in which everything has reached the disk. */
  synchronized void moveTo(Path other) {
    directory = other;
    unsynced.clear();
    refused.clear();
    lastIsSynced = false;
  }

  @Override
  public Journal get() {
    Journal fresh = new Journal();
    fresh.setReplicationTarget(this);
    journal = fresh;
    return fresh;
  }

  @Override
  public void replicate(Location first, ByteSequence batch, boolean sync) {
    synchronized (this) {
      settle();
      int from = first.getOffset() - Journal.BATCH_CONTROL_RECORD_SIZE;
      if (journal.isJournalDiskSyncPeriodic()) {
        // Such a journal syncs a file before it goes on to the next.
        unsynced.removeIf(written -> written.file() < first.getDataFileId());
      }
      // The mark behind it is overwritten by the next one.
      int to = from + batch.getLength() - Journal.EOF_RECORD.length;
      Written written = new Written(first.getDataFileId(), from, to);
      refused.removeIf(other -> other.file() == written.file() && other.to() > written.from());
      unsynced.add(written);
    }
    try {
      beforeSync.run();
    } catch (RuntimeException e) {
      synchronized (this) {
        refused.addAll(unsynced);
        unsynced.clear();
      }
      throw e;
    }
    synchronized (this) {
      lastIsSynced = sync;
    }
  }

  /** The batch before this one is on the disk, with all of its file, if it was to be synced. */
  private void settle() {
    if (lastIsSynced) {
      int file = unsynced.getLast().file();
      unsynced.removeIf(written -> written.file() == file);
    }
    lastIsSynced = false;
  }

  /** What is there when the process is killed at this moment. */
  Path killed(Path copy) throws IOException {
    Files.createDirectories(copy);
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(Files::isRegularFile).toList();
    }
    // Files go and are moved together meanwhile. The index first, then from the oldest on: so the
    // copy is never of a time
    // before that of what it was made for.
    for (Path file :
        files.stream().sorted(Comparator.comparingInt(FaultyDisk::number)).toList()) {
      try {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      } catch (NoSuchFileException e) {
        // All that was in it had ended.
      }
    }
    return copy;
  }

  private static int number(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("db-") ? Integer.parseInt(name.replaceAll("\\D", "")) : -1;
  }

  /** What is there when the power fails at this moment, with no other write under way than the one that is told of. */
  synchronized Path powerless(Path copy, Random random) throws IOException {
    killed(copy);
    if (lastIsSynced) {
      settle();
    }
    boolean torn = random.nextBoolean();
    for (Written written : atRisk()) {
      Path file = copy.resolve("db-" + written.file() + ".log");
      if (torn) {
        lose(
            file,
            written,
            written.from() + random.nextInt(written.to() - written.from() + 1),
            written.to());
      } else {
        scatter(file, written, random);
      }
    }
    return copy;
  }

  /** The power fails, and nothing of what isn't synced has reached the disk. */
  synchronized Path losingAll(Path copy) throws IOException {
    killed(copy);
    settle();
    for (Written written : atRisk()) {
      lose(copy.resolve("db-" + written.file() + ".log"), written, written.from(), written.to());
    }
    return copy;
  }

  private List<Written> atRisk() {
    List<Written> all = new ArrayList<>(refused);
    all.addAll(unsynced);
    return all;
  }

  private static void scatter(Path file, Written written, Random random) throws IOException {
    for (int at = written.from(); at < written.to(); at = (at / SECTOR + 1) * SECTOR) {
      if (random.nextBoolean()) {
        lose(file, written, at, Math.min(written.to(), (at / SECTOR + 1) * SECTOR));
      }
    }
  }

  /** Puts back what was there before: the mark behind the batch before, and zeros. */
  private static void lose(Path file, Written written, int from, int to) throws IOException {
    byte[] former = new byte[to - from];
    for (int i = 0; i < former.length; i++) {
      int at = from + i - written.from();
      former[i] = at < Journal.EOF_RECORD.length ? Journal.EOF_RECORD[at] : 0;
    }
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(from);
      out.write(former);
    }
  }
}
