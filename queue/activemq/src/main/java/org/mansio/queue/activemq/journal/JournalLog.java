package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log in a journal of this process.
 *
 * <p>What is alive is known in memory, a few words for each record, and found again at the start by reading the journal once.
 * The octets of the spool's first mails stay in memory until they are taken; all others are read from the journal when they
 * are needed, so that memory doesn't grow with the queue's octets.
 */
public final class JournalLog implements DurableLog {
  private static final Logger LOG = LoggerFactory.getLogger(JournalLog.class);

  /** Mails of the spool that may be kept in memory, in octets; half as much when the heap is small. */
  private static final long SPOOL_MEMORY = 64L << 20;

  private static final int HEAP_SHARE = 16;
  private static final String LOCK = "lock";

  private final Path directory;
  private final JournalStarter starter;
  private final DiskProbe probe;
  private final JournalSpool spool =
      new JournalSpool(Math.min(SPOOL_MEMORY, Runtime.getRuntime().maxMemory() / HEAP_SHARE));

  private final JournalAfterSync afterSync = new JournalAfterSync();

  private @Nullable EntryListener listener;
  private volatile @Nullable JournalWriter writer;
  private @Nullable JournalReopening reopening;
  /** Only once all that is alive is known. */
  private @Nullable JournalCheckpoint checkpoint;

  private @Nullable JournalRecovery recovery;
  private @Nullable JournalUpkeep upkeep;
  private @Nullable FileChannel lockFile;
  private final JournalAside aside;

  /** @param directory of the journal alone; made when it isn't there */
  public JournalLog(Path directory) {
    this(directory, Journal::new, JournalStarter.FILE_OCTETS, DiskProbe.in(directory));
  }

  JournalLog(Path directory, Supplier<Journal> journals, int fileOctets, DiskProbe probe) {
    this.directory = directory;
    this.aside = new JournalAside(directory);
    this.starter = new JournalStarter(directory, journals, fileOctets);
    this.probe = probe;
  }

  @Override
  public void open(EntryListener entries) throws QueueException {
    listener = entries;
    try {
      Files.createDirectories(directory);
      lock();
      JournalWriter journal = new JournalWriter(starter);
      writer = journal;
      reopening = new JournalReopening(journal, starter, probe);
      recover(journal, entries);
      checkpoint = new JournalCheckpoint(journal, directory);
      upkeep = JournalUpkeep.start(
          journal, reopening, checkpoint, Objects.requireNonNull(recovery), afterSync);
    } catch (IOException e) {
      close();
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "can't open the queue's journal in " + directory + ": " + e.getMessage()
              + "; is another process using the directory, or is the disk full?",
          e);
    }
    LOG.info("The queue is open; {} mails wait in the spool", spoolDepth());
  }

  private void lock() throws IOException {
    FileChannel channel = FileChannel.open(
        directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    lockFile = channel;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException("it is locked");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("it is open in this process", e);
    }
  }

  private void recover(JournalWriter journal, EntryListener entries) throws IOException {
    List<LiveRecord> resting = new ArrayList<>();
    JournalWriter.Recovered recovered = journal.recover();
    for (JournalDamage damage : recovered.damages()) {
      aside.add(damage);
    }
    for (LiveRecord record : recovered.live()) {
      switch (record.kind) {
        case SPOOL -> spool.add(record, null);
        case ENTRY -> resting.add(record);
        case DAMAGED -> aside.add(List.of(record));
      }
    }
    recovery = JournalRecovery.start(resting, entries);
  }

  @Override
  public void append(Append records) throws QueueException {
    try {
      write(records, List.of(), List.of());
    } catch (IOException e) {
      throw unavailable("the queue's journal can't be written", e);
    }
  }

  /** Writes what came of a batch of the spool, and ends the batch. */
  void write(Append produced, List<byte[]> damaged, List<LiveRecord> ends) throws IOException {
    JournalWriter journal = writer();
    List<JournalTransaction.Added> spooled = added(journal, RecordKind.SPOOL, produced.spool());
    List<JournalTransaction.Added> entries = added(
        journal,
        RecordKind.ENTRY,
        produced.entries().stream().map(Append.Entry::octets).toList());
    List<JournalTransaction.Added> all = new ArrayList<>(spooled);
    all.addAll(entries);
    List<JournalTransaction.Added> unreadable = added(journal, RecordKind.DAMAGED, damaged);
    all.addAll(unreadable);
    journal.write(all, ends);
    if (!unreadable.isEmpty()) {
      aside.add(unreadable.stream().map(JournalTransaction.Added::record).toList());
    }
    spooled.forEach(mail -> spool.add(mail.record(), mail.octets()));
    EntryListener told = Objects.requireNonNull(listener);
    entries.forEach(entry -> told.arrived(0, entry.record(), entry.octets(), false));
  }

  private static List<JournalTransaction.Added> added(
      JournalWriter journal, RecordKind kind, List<byte[]> records) {
    return records.stream()
        .map(octets ->
            new JournalTransaction.Added(new LiveRecord(journal, kind, octets.length), octets))
        .toList();
  }

  JournalWriter writer() throws IOException {
    JournalWriter open = writer;
    if (open == null) {
      throw new IOException("the journal isn't open");
    }
    return open;
  }

  JournalReopening reopening() {
    return Objects.requireNonNull(reopening);
  }

  JournalCheckpoint checkpoint() {
    return Objects.requireNonNull(checkpoint);
  }

  static QueueException unavailable(String what, IOException cause) {
    return new QueueException(
        QueueException.Reason.UNAVAILABLE, what + ": " + cause.getMessage(), cause);
  }

  @Override
  public SpoolReader newSpoolReader() {
    return new JournalSpoolReader(this, spool);
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    JournalWriter open = writer;
    return open == null || open.isBroken()
        ? Optional.of(QueueException.Reason.UNAVAILABLE)
        : Optional.empty();
  }

  @Override
  public long spoolDepth() {
    return spool.depth();
  }

  @Override
  public List<byte[]> peekSpool(int limit) throws QueueException {
    List<byte[]> records = new ArrayList<>();
    for (LiveRecord record : spool.peek(limit)) {
      records.add(record.octets());
    }
    return records;
  }

  @Override
  public void awaitRecovered() throws InterruptedException {
    if (recovery != null) {
      recovery.await();
    }
  }

  @Override
  public boolean keepsHeldInMemory() {
    return false;
  }

  @Override
  public boolean soleOwner() {
    return true;
  }

  @Override
  public boolean keepsDamaged() {
    return !keptAside().isEmpty();
  }

  @Override
  public List<String> keptAside() {
    try {
      return aside.names();
    } catch (IOException e) {
      // As if there were something: nothing is deleted then.
      return List.of(directory + ", which can't be listed: " + e.getMessage());
    }
  }

  @Override
  public int forgetDamaged() throws QueueException {
    try {
      int count = aside.forget();
      if (checkpoint != null) {
        // A start after a crash would find it again behind the former index.
        checkpoint().write();
      }
      return count;
    } catch (IOException e) {
      throw unavailable("what is damaged can't be deleted", e);
    }
  }

  @Override
  public long records() {
    JournalWriter open = writer;
    return open == null ? 0 : open.files().count();
  }

  @Override
  public void whenDurable(Runnable action) {
    afterSync.add(action);
  }

  @Override
  public void whenRefusalIsCertain(QueueException refusal, Runnable action) {
    // A journal that has refused something isn't synced before it was opened anew, and that ends
    // whatever of it can be read.
    afterSync.add(action);
  }

  @Override
  public void close() {
    if (recovery != null) {
      recovery.stop();
    }
    if (upkeep != null) {
      upkeep.stop();
    }
    JournalWriter open = writer;
    if (open != null) {
      close(open);
    }
    writer = null;
    try {
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (IOException e) {
      LOG.debug("The lock goes with the process: {}", e.getMessage());
    }
  }

  private void close(JournalWriter open) {
    try {
      boolean durable = checkpoint != null && !open.isBroken();
      try {
        if (durable) {
          open.sync();
          checkpoint().write();
        }
      } finally {
        open.close();
      }
      if (durable) {
        afterSync.run();
      }
    } catch (IOException e) {
      LOG.warn("The queue's journal didn't close cleanly; it recovers at the next start", e);
    }
  }
}
