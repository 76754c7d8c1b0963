package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/** What is durable stays so when the disk refuses or the power fails at the worst moment. */
class JournalPowerFailureTest {
  private static final int FILE_OCTETS = 64 << 10;
  private static final Duration NO_WAIT = Duration.ofMillis(1);
  private static final Append NOTHING = new Append(List.of(), List.of());

  @TempDir
  Path directory;

  private Path home;
  private FaultyDisk disk;
  private final List<JournalLog> open = new ArrayList<>();
  private final Map<String, HeldRecord> entries = new ConcurrentHashMap<>();

  @BeforeEach
  void disk() {
    home = directory.resolve("log");
    disk = new FaultyDisk(home);
  }

  @AfterEach
  void close() {
    disk.beforeSync = () -> {};
    open.forEach(JournalLog::close);
  }

  private JournalLog open(Path where) throws Exception {
    entries.clear();
    JournalLog log = new JournalLog(
        where, where.equals(home) ? disk : Journal::new, FILE_OCTETS, DiskProbe.in(where));
    log.open(new EntryListener() {
      @Override
      public void arrived(int shard, HeldRecord record, byte[] octets, boolean recovering) {
        entries.put(text(octets), record);
      }

      @Override
      public void recovered(int shard, boolean all) {
        assertThat(all).isTrue();
      }
    });
    open.add(log);
    log.awaitRecovered();
    return log;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.US_ASCII);
  }

  private static Append spool(String... texts) {
    return new Append(Stream.of(texts).map(JournalPowerFailureTest::octets).toList(), List.of());
  }

  private static Append entry(String text) {
    return new Append(List.of(), List.of(new Append.Entry("lane", octets(text))));
  }

  private static List<String> take(SpoolReader reader, int limit) throws Exception {
    return reader.take(limit, NO_WAIT).stream()
        .map(taken -> text(taken.octets()))
        .toList();
  }

  private static List<String> spooled(JournalLog log) throws Exception {
    return log.peekSpool(Integer.MAX_VALUE).stream()
        .map(JournalPowerFailureTest::text)
        .toList();
  }

  private long files(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    }
  }

  /** Mails that come and go until the journal has gone on by some files. */
  private static void fill(JournalLog log, int count) throws Exception {
    SpoolReader reader = log.newSpoolReader();
    for (int i = 0; i < count; i++) {
      log.append(spool("x".repeat(1000)));
      take(reader, 1);
      reader.commit(NOTHING, List.of());
    }
  }

  @Test
  void aFileGoesOnlyWhenWhatEmptiesItIsDurable() throws Exception {
    JournalLog log = open(home);
    log.append(spool("mail"));
    SpoolReader reader = log.newSpoolReader();
    assertThat(take(reader, 1)).containsExactly("mail");
    fill(log, 100);
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    disk.beforeSync = () -> {
      written.countDown();
      awaitThat(refused);
      throw new IllegalStateException("the disk refuses");
    };

    CompletableFuture<Void> handOver = CompletableFuture.runAsync(() -> {
      try {
        reader.commit(entry("entry"), List.of());
      } catch (QueueException e) {
        throw new IllegalStateException(e);
      }
    });
    written.await();
    Thread upkeep = Thread.ofPlatform().start(() -> {
      try {
        new JournalCompaction(log.writer()).deleteEnded();
      } catch (IOException e) {
        // It waited for the hand-over, which was refused.
      }
    });
    await().until(() -> !upkeep.isAlive() || upkeep.getState() == Thread.State.WAITING);
    refused.countDown();
    assertThatThrownBy(handOver::join).hasMessageContaining("can't be written");
    disk.beforeSync = () -> {};
    reader.rollback();
    await().until(() -> log.refusal().equals(Optional.empty()));

    assertThat(take(reader, 1)).containsExactly("mail");
    reader.rollback();
    upkeep.join();
    log.close();
    assertThat(spooled(open(home))).containsExactly("mail");
  }

  private static void awaitThat(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatFollowsARefusedSyncDoesNotDependOnWhatWasRefused() throws Exception {
    JournalLog log = open(home);
    log.append(spool("before"));
    AtomicBoolean refusing = new AtomicBoolean(true);
    disk.beforeSync = () -> {
      if (refusing.getAndSet(false)) {
        throw new IllegalStateException("the disk refuses");
      }
    };
    assertThatThrownBy(() -> log.append(spool("refused"))).isInstanceOf(QueueException.class);
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("after"));

    // What was refused was never on the disk, although it could be read until now.
    JournalLog after = open(disk.losingAll(directory.resolve("copy")));

    assertThat(spooled(after)).containsExactly("before", "after");
  }

  @Test
  void anEndWhoseSyncWasRefusedIsWrittenAnew() throws Exception {
    JournalLog log = open(home);
    log.append(entry("entry"));
    AtomicBoolean refusing = new AtomicBoolean(true);
    disk.beforeSync = () -> {
      if (refusing.getAndSet(false)) {
        throw new IllegalStateException("the disk refuses");
      }
    };
    entries.get("entry").end();
    await().until(() -> !refusing.get() && log.refusal().equals(Optional.empty()));
    assertThat(eventually(log)).isTrue();

    open(disk.losingAll(directory.resolve("copy")));

    assertThat(entries).isEmpty();
  }

  @Test
  void aMailWhoseHandOverWasRefusedIsThereAfterACrash() throws Exception {
    JournalLog log = open(home);
    log.append(spool("mail"));
    SpoolReader reader = log.newSpoolReader();
    assertThat(take(reader, 1)).containsExactly("mail");
    AtomicBoolean refusing = new AtomicBoolean(true);
    disk.beforeSync = () -> {
      if (refusing.getAndSet(false)) {
        throw new IllegalStateException("the disk refuses");
      }
    };
    assertThatThrownBy(() -> reader.commit(entry("entry"), List.of()))
        .isInstanceOf(QueueException.class);
    reader.rollback();
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("later"));

    // The refused transaction can be read, with the mail's end in it.
    JournalLog after = open(disk.killed(directory.resolve("copy")));

    assertThat(spooled(after)).containsExactly("mail", "later");
    assertThat(entries).isEmpty();
  }

  /** Whether mail is taken, now or when the journal is open again. */
  private static boolean eventually(JournalLog log) {
    await().ignoreExceptions().until(() -> {
      log.append(spool("mail"));
      return true;
    });
    return true;
  }

  @Test
  void aHoleInWhatWasNotDurableHidesNothingThatComesLater() throws Exception {
    JournalLog log = open(home);
    log.append(entry("x".repeat(600)));
    log.append(spool("first"));
    Path copy = directory.resolve("copy");
    // An end and a mail are under way; the power fails when only the mail has reached the disk.
    long end = end(journalFile(home));
    entries.values().iterator().next().end();
    long mail = awaitGrowth(end);
    AtomicBoolean failing = new AtomicBoolean(true);
    disk.beforeSync = () -> {
      if (failing.getAndSet(false)) {
        try {
          disk.killed(copy);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    };
    log.append(spool("under way"));
    try (RandomAccessFile file = new RandomAccessFile(journalFile(copy).toFile(), "rw")) {
      file.seek(end);
      file.write(new byte[(int) (mail - end)]);
    }

    JournalLog after = open(copy);
    after.append(spool("later"));
    Path killed = new FaultyDisk(copy).killed(directory.resolve("killed"));

    assertThat(spooled(open(killed))).startsWith("first").endsWith("later");
  }

  private static Path journalFile(Path where) {
    return where.resolve("db-1.log");
  }

  /** Where the last batch of a file ends. */
  private static long end(Path file) throws IOException {
    String octets = Files.readString(file, StandardCharsets.ISO_8859_1);
    String mark = new String(Journal.EOF_RECORD, StandardCharsets.ISO_8859_1);
    return octets.indexOf(mark);
  }

  private long awaitGrowth(long end) {
    await().until(() -> end(journalFile(home)) > end);
    try {
      return end(journalFile(home));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void filesInWhichNothingIsAliveGoAlsoAfterARestart() throws Exception {
    JournalLog log = open(home);
    log.append(entry("rests"));
    fill(log, 200);
    assertThat(files(home)).isGreaterThan(3);
    log.close();

    JournalLog after = open(home);
    entries.get("rests").end();
    after.append(spool("mail"));

    // The one in which the mail lies, that before it, and the one made ready for the next.
    await().untilAsserted(() -> assertThat(files(home)).isLessThanOrEqualTo(3));
  }

  @Test
  void anInterruptWhileTheDiskIsSlowIsNoRefusal() throws Exception {
    JournalLog log = open(home);
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    disk.beforeSync = () -> {
      written.countDown();
      awaitThat(slow);
    };
    Thread.ofPlatform().start(() -> append(log, "first"));
    written.await();
    Thread next = Thread.ofPlatform().start(() -> append(log, "x".repeat(900 << 10)));
    await().until(() -> next.getState() == Thread.State.WAITING);
    // The batch behind the one under way is full.
    CompletableFuture<Boolean> third = new CompletableFuture<>();
    Thread waits =
        Thread.ofPlatform().start(() -> third.complete(append(log, "y".repeat(900 << 10))));
    await().until(() -> waits.getState() == Thread.State.WAITING);

    waits.interrupt();
    await().until(() -> !waits.isInterrupted() || waits.getState() == Thread.State.WAITING);
    slow.countDown();

    assertThat(third.join()).isTrue();
    assertThat(log.refusal()).isEmpty();
    await().until(() -> log.spoolDepth() == 3);
  }

  private static boolean append(JournalLog log, String text) {
    try {
      log.append(spool(text));
      return true;
    } catch (QueueException e) {
      return false;
    }
  }

  @Test
  void aMailThatCannotBeReadHoldsUpNoOther() throws Exception {
    JournalLog log = open(home);
    log.append(spool("lost"));
    SpoolReader before = log.newSpoolReader();
    assertThat(take(before, 1)).containsExactly("lost");
    fill(log, 100);
    before.rollback();
    log.append(spool("other"));
    log.close();
    JournalLog after = open(home);
    Path away = home.resolve("away");
    Files.move(journalFile(home), away);
    SpoolReader reader = after.newSpoolReader();

    assertThatThrownBy(() -> reader.take(2, NO_WAIT)).isInstanceOf(QueueException.class);
    reader.rollback();
    assertThat(take(reader, 1)).containsExactly("other");
    reader.commit(NOTHING, List.of());

    Files.move(away, journalFile(home));
    assertThat(take(reader, 2)).containsExactly("lost");
    reader.rollback();
  }

  @Test
  void theFirstNewFileAfterARestartIsReadAtTheNextOne() throws Exception {
    JournalLog log = open(home);
    log.append(spool("first"));
    fileIsReady("db-2.log");
    log.close();
    JournalLog second = open(home);
    // Each of them takes most of a file.
    String large = "x".repeat(50_000);
    second.append(spool(large));
    second.append(spool(large));
    second.append(spool("last"));
    Path killed = disk.killed(directory.resolve("killed"));

    assertThat(spooled(open(killed))).containsExactly("first", large, large, "last");
  }

  /** The one that is made ready for what comes next. */
  private void fileIsReady(String name) {
    await()
        .until(() ->
            Files.exists(home.resolve(name)) && Files.size(home.resolve(name)) == FILE_OCTETS);
  }
}
