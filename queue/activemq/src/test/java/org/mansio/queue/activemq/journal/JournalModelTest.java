package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/**
 * A random course of everything that is done with a journal, with crashes, power failures and refusals at any point of it,
 * beside a model of what was promised. What the log said is durable is there after each crash; what it said has ended may come
 * back until the next sync; what was under way took place as a whole or not at all.
 *
 * <p>For more courses than the build takes: {@code -Dmansio.journal.seeds=1000 -Dmansio.journal.firstSeed=1}.
 */
class JournalModelTest {
  private static final int FILE_OCTETS = 64 << 10;
  private static final int STEPS = 150;
  private static final int LONGEST = 6000;
  private static final Duration NO_WAIT = Duration.ofMillis(1);

  @TempDir
  Path directory;

  private Random random;
  private FaultyDisk disk;
  private JournalLog log;
  private SpoolReader reader;
  private final Map<String, HeldRecord> entries = new ConcurrentHashMap<>();
  private int copies;
  private int names;

  /** What must be there, in spool and entries alike: names tell them apart. */
  private final Set<String> alive = new TreeSet<>();

  /** What has ended without a sync: it may be there after a power failure. */
  private final Set<String> ending = new HashSet<>();

  /** What was refused: before the journal is open again a crash may find that it took place. */
  private final List<Change> doubtful = new ArrayList<>();

  /** What takes place together. */
  private record Change(Set<String> added, Set<String> ended) {
    private static final Change NONE = new Change(Set.of(), Set.of());

    boolean isDone(Set<String> found) {
      return found.containsAll(added) && ended.stream().noneMatch(found::contains);
    }

    boolean isUndone(Set<String> found) {
      return found.containsAll(ended) && added.stream().noneMatch(found::contains);
    }
  }

  /** What is done with the log for a change. */
  @FunctionalInterface
  private interface Work {
    void run() throws QueueException, IOException;
  }

  static Stream<Long> seeds() {
    long first = Long.getLong("mansio.journal.firstSeed", 1);
    return Stream.iterate(first, seed -> seed + 1).limit(Long.getLong("mansio.journal.seeds", 6));
  }

  @AfterEach
  void close() {
    disk.beforeSync = () -> {};
    log.close();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasPromisedIsKept(long seed) throws Exception {
    random = new Random(seed);
    Path home = directory.resolve("home");
    disk = new FaultyDisk(home);
    open(home);
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    log.close();
    open(home());
    assertThat(found()).isEqualTo(alive);
  }

  private Path home = Path.of("");

  private Path home() {
    return home;
  }

  private void open(Path where) throws Exception {
    home = where;
    disk.moveTo(where);
    entries.clear();
    log = new JournalLog(where, disk, FILE_OCTETS, DiskProbe.in(where));
    log.open(new EntryListener() {
      @Override
      public void arrived(int shard, HeldRecord record, byte[] octets, boolean recovering) {
        entries.put(name(octets), record);
      }

      @Override
      public void recovered(int shard, boolean all) {
        assertThat(all).isTrue();
      }
    });
    log.awaitRecovered();
    reader = log.newSpoolReader();
  }

  private void step() throws Exception {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> accept();
      case 4, 5, 6, 7 -> handOver();
      case 8, 9 -> deliverFromSpool();
      case 10, 11, 12 -> deliver();
      case 13, 14 -> defer();
      case 15 -> upkeep();
      case 16 -> reopen();
      case 17 -> crashNow();
      case 18 -> crashUnderWay();
      default -> refuse();
    }
  }

  // ---- what is done ----

  private void accept() throws Exception {
    List<String> mails = fresh("s", 1 + random.nextInt(3));
    change(new Change(Set.copyOf(mails), Set.of()), () -> log.append(spool(mails)));
  }

  private void handOver() throws Exception {
    List<String> taken = take();
    List<String> made = fresh("e", 1 + random.nextInt(2));
    List<String> notices = fresh("s", random.nextInt(2));
    Set<String> added = new HashSet<>(made);
    added.addAll(notices);
    commit(new Change(added, Set.copyOf(taken)), new Append(octets(notices), entries(made)));
  }

  private void deliverFromSpool() throws Exception {
    List<String> taken = take();
    try {
      reader.commit(new Append(List.of(), List.of()), List.of());
    } catch (QueueException e) {
      throw new AssertionError("an end is never refused", e);
    }
    ended(taken);
  }

  private void deliver() throws Exception {
    Optional<String> entry = anyEntry();
    if (entry.isPresent()) {
      entries.remove(entry.get()).end();
      ended(List.of(entry.get()));
    }
  }

  /** The next generation first, then the end of the former. */
  private void defer() throws Exception {
    Optional<String> entry = anyEntry();
    if (entry.isPresent()) {
      List<String> next = fresh("e", 1);
      if (change(
          new Change(Set.copyOf(next), Set.of()),
          () -> log.append(new Append(List.of(), entries(next))))) {
        entries.remove(entry.get()).end();
        ended(List.of(entry.get()));
      }
    }
  }

  private void upkeep() throws Exception {
    try {
      JournalWriter writer = log.writer();
      switch (random.nextInt(4)) {
        case 0 -> writer.sync();
        case 1 -> new JournalCompaction(writer).deleteEnded();
        case 2 -> log.checkpoint().write();
        default -> new JournalCompaction(writer).emptyOldest();
      }
    } catch (IOException e) {
      // The disk refused, or the log's own upkeep was faster and the file is gone: either way
      // nothing may be lost.
      assertThat(found()).containsAll(alive);
    }
  }

  private void reopen() throws Exception {
    awaitAccepting();
    log.close();
    ending.clear();
    if (random.nextInt(3) == 0) {
      // The journal tells it too.
      Files.delete(home().resolve("key"));
    }
    open(home());
    assertThat(found()).isEqualTo(alive);
    assertThat(log.records()).isEqualTo(alive.size());
  }

  // ---- what happens to it ----

  /** With nothing under way: the process is killed, or the power fails. */
  private void crashNow() throws Exception {
    boolean powerFails = random.nextBoolean();
    Path copy = nextCopy();
    if (powerFails) {
      disk.powerless(copy, random);
    } else {
      disk.killed(copy);
    }
    goOn(copy, Change.NONE);
  }

  /** While a hand-over is being written. */
  private void crashUnderWay() throws Exception {
    awaitAccepting();
    List<String> taken = take();
    List<String> made = fresh("e", 1 + random.nextInt(3));
    Change change = new Change(Set.copyOf(made), Set.copyOf(taken));
    boolean powerFails = random.nextInt(3) > 0;
    Path copy = nextCopy();
    AtomicBoolean copied = new AtomicBoolean();
    disk.beforeSync = () -> {
      if (!copied.getAndSet(true)) {
        try {
          if (powerFails) {
            disk.powerless(copy, random);
          } else {
            disk.killed(copy);
          }
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    };
    Set<String> before = new TreeSet<>(alive);
    commit(change, new Append(List.of(), entries(made)));
    disk.beforeSync = () -> {};
    alive.clear();
    alive.addAll(before);
    alive.removeAll(change.ended());
    goOn(copy, change);
  }

  /** The disk refuses the next sync, or some. */
  private void refuse() throws Exception {
    int[] left = {1 + random.nextInt(2)};
    disk.beforeSync = () -> {
      if (left[0] > 0) {
        left[0]--;
        throw new IllegalStateException("the disk refuses");
      }
    };
    if (random.nextBoolean()) {
      accept();
    }
    if (random.nextBoolean()) {
      handOver();
    }
    deliver();
    if (random.nextInt(3) == 0) {
      crashNow();
    }
    disk.beforeSync = () -> {};
    awaitAccepting();
    assertThat(found()).isEqualTo(alive);
  }

  private void goOn(Path copy, Change underWay) throws Exception {
    disk.beforeSync = () -> {};
    log.close();
    open(copy);
    Set<String> found = found();
    assertThat(underWay.isDone(found) || underWay.isUndone(found)).isTrue();
    Set<String> may = new TreeSet<>(alive);
    Set<String> must = new TreeSet<>(alive);
    may.addAll(ending);
    List<Change> unsure = new ArrayList<>(doubtful);
    unsure.add(underWay);
    for (Change change : unsure) {
      assertThat(change.added().stream().allMatch(found::contains)
              || change.added().stream().noneMatch(found::contains))
          .isTrue();
      may.addAll(change.added());
      may.addAll(change.ended());
      must.removeAll(change.ended());
    }
    assertThat(found).containsAll(must);
    assertThat(may).containsAll(found);
    alive.clear();
    alive.addAll(found);
    ending.clear();
    doubtful.clear();
  }

  // ---- the model ----

  /** @return whether it is durable */
  private boolean change(Change change, Work work) throws IOException {
    try {
      work.run();
    } catch (QueueException e) {
      doubtful.add(change);
      return false;
    }
    alive.addAll(change.added());
    alive.removeAll(change.ended());
    ending.clear();
    return true;
  }

  private void commit(Change change, Append produced) throws IOException {
    if (!change(change, () -> reader.commit(produced, List.of()))) {
      reader.rollback();
    }
  }

  private void ended(List<String> gone) {
    gone.forEach(alive::remove);
    ending.addAll(gone);
  }

  /** The journal is open, and knows of nothing that was refused. */
  private void awaitAccepting() throws Exception {
    boolean taken = false;
    while (!taken) {
      if (log.refusal().isPresent()) {
        // As the upkeep does after a while.
        log.reopening().run();
      }
      List<String> mail = fresh("s", 1);
      taken = change(new Change(Set.copyOf(mail), Set.of()), () -> log.append(spool(mail)));
    }
    doubtful.clear();
  }

  private List<String> fresh(String kind, int count) {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(kind + "%06d".formatted(++names));
    }
    return made;
  }

  private Optional<String> anyEntry() {
    return entries.isEmpty()
        ? Optional.empty()
        : new TreeMap<>(entries)
            .keySet().stream().skip(random.nextInt(entries.size())).findFirst();
  }

  private List<String> take() throws QueueException {
    return reader.take(1 + random.nextInt(3), NO_WAIT).stream()
        .map(taken -> name(taken.octets()))
        .toList();
  }

  /** All that is there now, with its octets. */
  private Set<String> found() throws Exception {
    Set<String> found = new TreeSet<>();
    for (byte[] octets : log.peekSpool(Integer.MAX_VALUE)) {
      found.add(name(octets));
    }
    for (Map.Entry<String, HeldRecord> entry : entries.entrySet()) {
      assertThat(name(entry.getValue().octets())).isEqualTo(entry.getKey());
      found.add(entry.getKey());
    }
    return found;
  }

  private Path nextCopy() {
    return directory.resolve("copy" + ++copies);
  }

  private Append spool(List<String> mails) {
    return new Append(octets(mails), List.of());
  }

  private List<byte[]> octets(List<String> some) {
    return some.stream().map(this::octets).toList();
  }

  private List<Append.Entry> entries(List<String> some) {
    return some.stream().map(name -> new Append.Entry("lane", octets(name))).toList();
  }

  /** A name and a length of its own, of which each octet follows from the name. */
  private byte[] octets(String name) {
    int length = new Random(name.hashCode()).nextInt(LONGEST);
    return (name + name.substring(name.length() - 1).repeat(length))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private String name(byte[] octets) {
    String name = new String(octets, 0, 7, StandardCharsets.US_ASCII);
    assertThat(octets).isEqualTo(octets(name));
    return name;
  }
}
