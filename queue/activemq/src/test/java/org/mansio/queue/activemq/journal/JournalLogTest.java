package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.journal.Location;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/** What the journal promises: after any stop it holds what was appended and hasn't ended, and it doesn't grow for ever. */
class JournalLogTest {
  /** Small, so that a test fills many. */
  private static final int FILE_OCTETS = 64 << 10;

  private static final Duration NO_WAIT = Duration.ofMillis(1);

  @TempDir
  Path directory;

  private final List<JournalLog> open = new ArrayList<>();
  private final Map<String, HeldRecord> entries = new ConcurrentHashMap<>();
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicBoolean takesNothing = new AtomicBoolean();

  /** A journal on a disk that may be full. */
  private final class OnFullDisk extends Journal {
    @Override
    public Location write(ByteSequence data, Runnable onComplete) throws IOException {
      refuseWhenFull();
      return super.write(data, onComplete);
    }

    @Override
    public Location write(ByteSequence data, boolean sync) throws IOException {
      refuseWhenFull();
      return super.write(data, sync);
    }

    private void refuseWhenFull() throws IOException {
      if (full.get()) {
        throw new IOException("No space left on device");
      }
    }
  }

  private void probe() throws IOException {
    if (takesNothing.get()) {
      throw new IOException("No space left on device");
    }
  }

  private JournalLog open(Path where) throws Exception {
    return open(where, OnFullDisk::new);
  }

  private JournalLog open(Path where, Supplier<Journal> journals) throws Exception {
    entries.clear();
    JournalLog log = new JournalLog(where, journals, FILE_OCTETS, this::probe);
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

  @AfterEach
  void close() {
    open.forEach(JournalLog::close);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.US_ASCII);
  }

  private static Append spool(String... texts) {
    return new Append(Stream.of(texts).map(JournalLogTest::octets).toList(), List.of());
  }

  private static Append entry(String text) {
    return new Append(List.of(), List.of(new Append.Entry("lane", octets(text))));
  }

  private static List<String> take(SpoolReader reader, int limit) throws Exception {
    return reader.take(limit, NO_WAIT).stream()
        .map(taken -> text(taken.octets()))
        .toList();
  }

  /** All that is alive in the log's spool; it stays there. */
  private static List<String> spooled(JournalLog log) throws Exception {
    return log.peekSpool(Integer.MAX_VALUE).stream().map(JournalLogTest::text).toList();
  }

  /** As the files are at this moment, which is what a killed process leaves. */
  private Path killed(String name) throws IOException {
    return killed("log", name);
  }

  /** A copy of a journal as a process that ends now would leave it. */
  private Path killed(String from, String name) throws IOException {
    Path copy = directory.resolve(name);
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(directory.resolve(from))) {
      // What is deleted in between lives on in a later file.
      for (Path file : files.sorted().toList()) {
        copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  static void copy(Path file, Path to) throws IOException {
    try {
      Files.copy(file, to);
    } catch (NoSuchFileException e) {
      // Deleted meanwhile.
      Files.deleteIfExists(to);
    }
  }

  private List<Path> journalFiles(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  @Test
  void whatIsTakenAndNotCommittedComesAgainAfterAStop() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one", "two", "three"));
    SpoolReader reader = log.newSpoolReader();
    assertThat(take(reader, 1)).containsExactly("one");
    reader.commit(new Append(List.of(), List.of()), List.of());
    assertThat(take(reader, 1)).containsExactly("two");

    log.close();

    assertThat(spooled(open(directory.resolve("log")))).containsExactly("two", "three");
  }

  @Test
  void aBatchThatIsRolledBackComesFirstAndIsMarked() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one", "two", "three"));
    SpoolReader reader = log.newSpoolReader();
    take(reader, 2);

    reader.rollback();

    assertThat(reader.take(3, NO_WAIT))
        .satisfiesExactly(
            first -> assertThat(first).returns(true, SpoolReader.Taken::repeated),
            second -> assertThat(second).returns(true, SpoolReader.Taken::repeated),
            third -> assertThat(third).returns(false, SpoolReader.Taken::repeated));
  }

  @Test
  void whatABatchProducesTakesItsPlaceAlsoForAProcessThatIsKilled() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one"));
    SpoolReader reader = log.newSpoolReader();
    take(reader, 1);

    reader.commit(entry("entry"), List.of(octets("damaged")));

    JournalLog after = open(killed("killed"));
    assertThat(spooled(after)).isEmpty();
    assertThat(entries).containsOnlyKeys("entry");
    assertThat(after.keepsDamaged()).isTrue();
  }

  @Test
  void aTornTailCostsOnlyWhatWasNotYetDurable() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one"));
    log.append(spool("two"));
    Path killed = killed("killed");
    Path file = journalFiles(killed).getFirst();
    long two = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf("two");
    try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
      torn.seek(two);
      torn.write("t?".getBytes(StandardCharsets.US_ASCII));
    }

    JournalLog after = open(killed);
    assertThat(spooled(after)).containsExactly("one");
    after.append(spool("three"));
    after.close();

    assertThat(spooled(open(killed))).containsExactly("one", "three");
  }

  @Test
  void damageInTheMiddleIsKeptAsideAndTheRestIsRead() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one"));
    log.append(spool("two"));
    for (int i = 0; i < 100; i++) {
      log.append(spool("x".repeat(1000)));
    }
    Path killed = killed("killed");
    Path file = journalFiles(killed).getFirst();
    long one = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf("one");
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(one);
      damaged.write('X');
    }

    JournalLog after = open(killed);

    assertThat(spooled(after)).hasSize(101).startsWith("two");
    assertThat(after.keepsDamaged()).isTrue();
    try (Stream<Path> files = Files.list(killed)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .anyMatch(name -> name.startsWith(JournalDamage.ASIDE));
    }
  }

  @Test
  void whatIsKeptAsideIsNamedAndGoesWhenItIsGivenUp() throws Exception {
    Path where = directory.resolve("log");
    JournalLog log = open(where);
    log.append(spool("one"));
    SpoolReader reader = log.newSpoolReader();
    take(reader, 1);
    reader.commit(new Append(List.of(), List.of()), List.of(octets("nobody understands this")));
    log.close();
    Files.write(where.resolve(JournalDamage.ASIDE + "1-700"), octets("damaged"));
    JournalLog after = open(where);
    after.append(spool("two"));
    assertThat(after.keptAside())
        .hasSize(2)
        .anyMatch(name -> name.endsWith(JournalDamage.ASIDE + "1-700"))
        .anyMatch(name -> name.startsWith("record "));

    assertThat(after.forgetDamaged()).isEqualTo(2);

    assertThat(after.keptAside()).isEmpty();
    assertThat(after.keepsDamaged()).isFalse();
    after.close();
    JournalLog later = open(where);
    assertThat(later.keepsDamaged()).isFalse();
    assertThat(spooled(later)).containsExactly("two");
  }

  @Test
  void damageThatWasGivenUpDoesNotComeBackAfterACrash() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one"));
    for (int i = 0; i < 100; i++) {
      log.append(spool("x".repeat(1000)));
    }
    Path killed = killed("killed");
    Path file = journalFiles(killed).getFirst();
    long one = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf("one");
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(one);
      damaged.write('X');
    }
    JournalLog after = open(killed);
    assertThat(after.keepsDamaged()).isTrue();

    assertThat(after.forgetDamaged()).isEqualTo(1);
    after.append(spool("two"));
    JournalLog again = open(killed("killed", "killed again"));

    assertThat(again.keepsDamaged()).isFalse();
    assertThat(spooled(again)).hasSize(101).endsWith("two");
  }

  @Test
  void whatCannotBeKeptAsideIsNoReasonNotToStart() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("one"));
    log.append(spool("two"));
    for (int i = 0; i < 100; i++) {
      log.append(spool("x".repeat(1000)));
    }
    Path killed = killed("killed");
    Path file = journalFiles(killed).getFirst();
    int one = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf("one");
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(one);
      damaged.write('X');
    }
    // Where the damaged transaction is to be kept, something else is in the way.
    JournalTransaction added = new JournalTransaction();
    int start = one - added.firstPosition() - Journal.RECORD_HEAD_SPACE;
    Path inTheWay = killed.resolve(JournalDamage.ASIDE + "1-" + start);
    Files.createDirectory(inTheWay);

    JournalLog after = open(killed);

    assertThat(spooled(after)).hasSize(101).startsWith("two");
    assertThat(after.keepsDamaged()).isTrue();
    try (Stream<Path> files = Files.list(killed)) {
      assertThat(
              files.filter(aside -> aside.getFileName().toString().startsWith(JournalDamage.ASIDE)))
          .containsExactly(inTheWay);
    }
  }

  @Test
  void filesGoWhenAllInThemHasEnded() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    SpoolReader reader = log.newSpoolReader();
    for (int i = 0; i < 1000; i++) {
      log.append(spool("x".repeat(1000)));
      take(reader, 1);
      reader.commit(new Append(List.of(), List.of()), List.of());
    }

    await()
        .untilAsserted(() -> assertThat(journalFiles(directory.resolve("log")))
            // The one that is written, and the one made ready for the next.
            .hasSizeLessThanOrEqualTo(2));
  }

  @Test
  void anEntryThatRestsForLongDoesNotKeepAllThatCameAfterIt() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(entry("rests"));
    SpoolReader reader = log.newSpoolReader();
    for (int i = 0; i < 1000; i++) {
      log.append(spool("x".repeat(1000)));
      take(reader, 1);
      reader.commit(new Append(List.of(), List.of()), List.of());
    }

    await()
        .untilAsserted(
            () -> assertThat(journalFiles(directory.resolve("log"))).hasSizeLessThanOrEqualTo(7));
    assertThat(text(entries.get("rests").octets())).isEqualTo("rests");
    entries.get("rests").end();
    log.close();
    assertThat(open(directory.resolve("log")).keepsDamaged()).isFalse();
    assertThat(entries).isEmpty();
  }

  @Test
  void aFullDiskRefusesAndIsForgottenWhenThereIsRoom() throws Exception {
    JournalLog log = open(directory.resolve("log"));
    log.append(spool("before"));
    log.append(entry("entry"));
    full.set(true);

    assertThatThrownBy(() -> log.append(spool("refused")))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("No space left");
    assertThat(log.refusal()).contains(QueueException.Reason.UNAVAILABLE);
    SpoolReader reader = log.newSpoolReader();
    assertThat(take(reader, 1)).containsExactly("before");
    assertThatThrownBy(() -> reader.commit(entry("produced"), List.of()))
        .isInstanceOf(QueueException.class);
    reader.rollback();
    entries.get("entry").end();

    full.set(false);
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("after"));
    assertThat(spooled(log)).containsExactly("before", "after");
    log.close();
    assertThat(spooled(open(directory.resolve("log")))).containsExactly("before", "after");
    assertThat(entries).isEmpty();
  }

  @Test
  void aJournalIsNotOpenedAsLongAsTheDiskTakesNothing() throws Exception {
    AtomicInteger started = new AtomicInteger();
    JournalLog log = open(directory.resolve("log"), () -> {
      started.incrementAndGet();
      return new OnFullDisk();
    });
    full.set(true);
    takesNothing.set(true);
    assertThatThrownBy(() -> log.append(spool("refused"))).isInstanceOf(QueueException.class);

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> log.reopening().run()).hasMessageContaining("No space left");
    }

    assertThat(started).hasValue(1);
    full.set(false);
    takesNothing.set(false);
    log.reopening().run();
    assertThat(started).hasValue(2);
    log.append(spool("after"));
  }

  @Test
  void whileAJournalIsBeingOpenedAnewMailIsRefusedAtOnceAndWhatIsThereIsRead() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean waits = new AtomicBoolean();
    JournalLog log = open(directory.resolve("log"), () -> {
      if (waits.get()) {
        reading.countDown();
        awaitUninterruptibly(goOn);
      }
      return new OnFullDisk();
    });
    log.append(spool("before"));
    log.append(entry("ends"));
    full.set(true);
    takesNothing.set(true);
    assertThatThrownBy(() -> log.append(spool("refused"))).isInstanceOf(QueueException.class);
    waits.set(true);
    full.set(false);
    takesNothing.set(false);
    try {
      reading.await();

      assertThat(inTime(() -> {
            assertThatThrownBy(() -> log.append(spool("also refused")))
                .isInstanceOf(QueueException.class);
            entries.get("ends").end();
            return spooled(log);
          }))
          .containsExactly("before");
    } finally {
      goOn.countDown();
    }
    await().until(() -> log.refusal().equals(Optional.empty()));
    log.append(spool("after"));
    log.close();
    assertThat(spooled(open(directory.resolve("log")))).containsExactly("before", "after");
    assertThat(entries).isEmpty();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is done while something else stands still; a test that hung would say nothing. */
  private static <T> T inTime(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    return task.get(1, TimeUnit.MINUTES);
  }

  @Test
  void anEndThatTheDiskRefusedWhileNobodyWaitedTakesPlaceLater() throws Exception {
    JournalDisk disk = new JournalDisk();
    JournalLog log = open(directory.resolve("log"), disk::journal);
    log.append(entry("ends"));
    log.append(entry("stays"));
    disk.fill(0);
    entries.get("ends").end();
    AtomicBoolean durable = new AtomicBoolean();
    log.whenDurable(() -> durable.set(true));
    await().until(() -> disk.refused() > 0);
    assertThat(durable).isFalse();

    disk.free();

    await().untilTrue(durable);
    open(killed("killed"));
    assertThat(entries).containsOnlyKeys("stays");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void afterAnyCourseOfThingsTheSameIsAliveWithAnIndexAndWithout(long seed) throws Exception {
    Random random = new Random(seed);
    JournalLog log = open(directory.resolve("log"));
    SpoolReader reader = log.newSpoolReader();
    TreeSet<String> spool = new TreeSet<>();
    Map<String, HeldRecord> alive = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      String name = "%05d".formatted(i) + "x".repeat(random.nextInt(800));
      switch (random.nextInt(4)) {
        case 0 -> {
          log.append(spool(name));
          spool.add(name);
        }
        case 1 -> {
          log.append(entry(name));
          alive.put(name, entries.get(name));
        }
        case 2 -> {
          List<String> taken = take(reader, 3);
          reader.commit(entry(name), List.of());
          taken.forEach(spool::remove);
          alive.put(name, entries.get(name));
        }
        default -> {
          Optional<String> any =
              alive.keySet().stream().skip(random.nextInt(1 + alive.size() / 2)).findFirst();
          any.ifPresent(ended -> {
            try {
              alive.remove(ended).end();
            } catch (QueueException e) {
              throw new AssertionError(e);
            }
          });
        }
      }
      if (random.nextInt(300) == 0) {
        log.checkpoint().write();
      }
    }
    // What was ended without a sync has reached the file when a later append is durable.
    log.append(spool("~last"));
    spool.add("~last");

    Path killed = killed("killed");
    assertAlive(killed, spool, alive);
    log.close();
    assertAlive(directory.resolve("log"), spool, alive);
    open.getLast().close();
    Files.delete(directory.resolve("log").resolve("index"));
    assertAlive(directory.resolve("log"), spool, alive);
  }

  private void assertAlive(Path where, TreeSet<String> spool, Map<String, HeldRecord> alive)
      throws Exception {
    JournalLog log = open(where);
    assertThat(spooled(log)).containsExactlyElementsOf(spool);
    assertThat(entries.keySet()).isEqualTo(alive.keySet());
    for (Map.Entry<String, HeldRecord> entry : entries.entrySet()) {
      assertThat(text(entry.getValue().octets())).isEqualTo(entry.getKey());
    }
  }
}
