package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;

/** Whatever happens to a file of the journal: what is whole in it is found, and what isn't is told. */
class JournalDamageTest {
  /** More than is made at one go, each of which begins with a mark. */
  private static final int FILE_OCTETS = (2 << 20) + (64 << 10);

  private static final int MAILS = 12;
  private static final int HEAD = Journal.RECORD_HEAD_SPACE + JournalTransaction.HEAD + 5;

  @TempDir
  Path directory;

  private byte[] intact = {};
  private JournalKey key = JournalKey.random();
  /** Where the octets of each mail lie, in a batch of its own. */
  private final TreeMap<Integer, String> mails = new TreeMap<>();

  private int written;

  @BeforeEach
  void aJournal() throws Exception {
    Path log = directory.resolve("intact");
    try (Opened opened = new Opened(log)) {
      for (int i = 0; i < MAILS; i++) {
        opened.append("mail %02d ".formatted(i) + "x".repeat(7 * i) + ".");
      }
    }
    Files.delete(log.resolve("index"));
    intact = Files.readAllBytes(file(log));
    key = JournalKey.of(log);
    Read read = new Read(intact);
    assertThat(read.damages).isEmpty();
    mails.putAll(read.found);
    assertThat(mails).hasSize(MAILS);
    written = JournalTail.written(ByteBuffer.wrap(intact), 0);
  }

  private static Path file(Path log) {
    return log.resolve("db-1.log");
  }

  /** A journal that is open. */
  private static final class Opened implements AutoCloseable {
    final JournalLog log;

    Opened(Path where) throws Exception {
      log = new JournalLog(where, Journal::new, FILE_OCTETS, DiskProbe.in(where));
      log.open(new EntryListener() {
        @Override
        public void arrived(int shard, HeldRecord record, byte[] octets, boolean recovering) {
          throw new AssertionError("there are no entries");
        }

        @Override
        public void recovered(int shard, boolean all) {
          assertThat(all).isTrue();
        }
      });
    }

    void append(String mail) throws Exception {
      log.append(new Append(List.of(mail.getBytes(StandardCharsets.US_ASCII)), List.of()));
    }

    List<String> spooled() throws Exception {
      return log.peekSpool(Integer.MAX_VALUE).stream()
          .map(octets -> new String(octets, StandardCharsets.US_ASCII))
          .toList();
    }

    @Override
    public void close() {
      log.close();
    }
  }

  /** What is found in a file. */
  private final class Read {
    final TreeMap<Integer, String> found = new TreeMap<>();
    final List<JournalDamage> damages;

    Read(byte[] octets) {
      Path file = directory.resolve("db-1.log");
      damages =
          JournalReplay.read(1, file, ByteBuffer.wrap(octets), 0, key, new JournalReplay.Changes() {
            @Override
            public void added(RecordKind kind, int position, int length) {
              found.put(position, new String(octets, position, length, StandardCharsets.US_ASCII));
            }

            @Override
            public void ended(int in, int position) {
              throw new AssertionError("nothing has ended");
            }
          });
    }

    boolean tellsOf(int place) {
      return damages.stream().anyMatch(damage -> damage.start() <= place && place < damage.end());
    }
  }

  private int endOf(int mail) {
    return mail + mails.get(mail).length();
  }

  private List<String> mailsThatEndBy(int place) {
    return mails.keySet().stream()
        .filter(mail -> endOf(mail) <= place)
        .map(mails::get)
        .toList();
  }

  enum Behind {
    NOTHING,
    ZEROS
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsCutOffAnywhereKeepsAllThatIsWhole(Behind behind) {
    for (int cut = 0; cut < written; cut++) {
      byte[] octets = cutOff(behind, cut);

      Read read = new Read(octets);

      assertThat(read.found.values())
          .as("cut off at %d", cut)
          .containsExactlyElementsOf(mailsThatEndBy(cut));
      assertThat(read.damages)
          .as("cut off at %d", cut)
          .allMatch(damage -> damage.kind() == JournalDamage.Kind.CUT_OFF);
    }
  }

  private byte[] cutOff(Behind behind, int cut) {
    if (behind == Behind.NOTHING) {
      return Arrays.copyOf(intact, cut);
    }
    byte[] octets = intact.clone();
    Arrays.fill(octets, cut, written, (byte) 0);
    return octets;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void damageInTheMiddleCostsOnlyWhatItHitsAndIsTold(int length) {
    Random random = new Random(length);
    for (int i = 0; i < 500; i++) {
      int at = random.nextInt(written - length);
      byte[] octets = intact.clone();
      for (int hit = at; hit < at + length; hit++) {
        // At least a bit of each.
        octets[hit] ^= (byte) (1 + random.nextInt(255));
      }

      assertOnlyWhatIsHitIsMissing(octets, at, length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 512})
  void whateverIsMissingIsTold(int length) {
    Random random = new Random(length);
    for (int i = 0; i < 500; i++) {
      byte[] octets = intact.clone();
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      int at = random.nextInt(written - length);
      System.arraycopy(noise, 0, octets, at, length);

      Read read = new Read(octets);

      for (int mail : mails.keySet()) {
        assertThat(read.found.containsKey(mail) || read.tellsOf(mail))
            .as("%s is there or told of, hit at %d", mails.get(mail), at)
            .isTrue();
        if (endOf(mail) <= at) {
          assertThat(read.found).as("hit at %d", at).containsKey(mail);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 100, 512})
  void zerosInTheMiddleHideNothingBehindThem(int length) {
    for (int at = 0; at < written - length; at += 3) {
      byte[] octets = intact.clone();
      Arrays.fill(octets, at, at + length, (byte) 0);

      assertOnlyWhatIsHitIsMissing(octets, at, length);
    }
  }

  /** A mail's batch reaches from its control record to its last octet. */
  private void assertOnlyWhatIsHitIsMissing(byte[] octets, int at, int length) {
    Read read = new Read(octets);
    for (int mail : mails.keySet()) {
      int begin = mail - HEAD - Journal.BATCH_CONTROL_RECORD_SIZE;
      boolean isHit = at < endOf(mail) && begin < at + length;
      if (read.found.containsKey(mail)) {
        assertThat(read.found.get(mail)).as("hit at %d", at).isEqualTo(mails.get(mail));
      } else {
        assertThat(isHit).as("%s is missing, hit at %d", mails.get(mail), at).isTrue();
        assertThat(read.tellsOf(mail))
            .as("%s is told of, hit at %d", mails.get(mail), at)
            .isTrue();
      }
    }
    assertThat(mails.keySet()).as("hit at %d", at).containsAll(read.found.keySet());
  }

  @Test
  void whatIsWrittenAfterACutOffFollowsWhatWasWhole() throws Exception {
    int third = mails.keySet().stream().skip(2).findFirst().orElseThrow();
    List<Integer> cuts = List.of(
        third - HEAD - Journal.BATCH_CONTROL_RECORD_SIZE + 7,
        third - HEAD - 5,
        third - HEAD + 2,
        third - 8,
        third + 3,
        endOf(third));
    for (int cut : cuts) {
      Path log = directory.resolve("cut-" + cut);
      Files.createDirectories(log);
      Files.write(file(log), cutOff(Behind.ZEROS, cut));
      List<String> whole = new ArrayList<>(mailsThatEndBy(cut));
      try (Opened opened = new Opened(log)) {
        assertThat(opened.spooled()).as("cut off at %d", cut).isEqualTo(whole);
        opened.append("after");
        whole.add("after");
        assertThat(opened.log.keepsDamaged()).isFalse();
      }
      Files.delete(log.resolve("index"));

      try (Opened opened = new Opened(log)) {
        assertThat(opened.spooled()).as("cut off at %d", cut).isEqualTo(whole);
      }
    }
  }

  @Test
  void damageIsKeptAsideAndWhatIsWrittenLaterDoesNotCoverWhatLiesBehindIt() throws Exception {
    int tenth = mails.keySet().stream().skip(9).findFirst().orElseThrow();
    byte[] octets = intact.clone();
    // From within one batch to the head of the next: a sector that reads as zeros.
    Arrays.fill(octets, tenth, endOf(tenth) + 8, (byte) 0);
    Path log = directory.resolve("zeros");
    Files.createDirectories(log);
    Files.write(file(log), octets);
    List<String> left = new ArrayList<>(mails.values());
    left.remove(9);
    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(left);
      assertThat(opened.log.keepsDamaged()).isTrue();
      opened.append("after");
    }
    left.add("after");
    try (Stream<Path> files = Files.list(log)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith(JournalDamage.ASIDE + "1-"));
    }
    Files.delete(log.resolve("index"));

    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(left);
    }
  }

  @Test
  void aGapThatAFailedWriteLeftHidesNothing() throws Exception {
    int first = mails.firstKey();
    int gap = endOf(first) + Journal.EOF_RECORD.length;
    byte[] octets = intact.clone();
    Arrays.fill(octets, endOf(first), written + 200, (byte) 0);
    System.arraycopy(Journal.EOF_RECORD, 0, octets, endOf(first), Journal.EOF_RECORD.length);
    int rest = endOf(first);
    System.arraycopy(intact, rest, octets, gap + 100, written - rest);
    Path log = directory.resolve("gap");
    Files.createDirectories(log);
    Files.write(file(log), octets);
    List<String> all = new ArrayList<>(mails.values());

    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(all);
      assertThat(opened.log.keepsDamaged()).isFalse();
      opened.append("after");
    }
    all.add("after");
    Files.delete(log.resolve("index"));
    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(all);
    }
  }

  enum Harm {
    DELETED,
    EMPTY,
    CUT_OFF,
    CHANGED,
    OF_A_LONGER_JOURNAL
  }

  @ParameterizedTest
  @EnumSource
  void withoutAnIndexThatCanBeUsedTheJournalIsRead(Harm harm) throws Exception {
    Path log = directory.resolve("index-" + harm);
    List<String> expected = new ArrayList<>();
    try (Opened opened = new Opened(log)) {
      for (int i = 0; i < MAILS; i++) {
        expected.add("mail " + i);
        opened.append("mail " + i);
      }
    }
    Path index = log.resolve("index");
    byte[] octets = Files.readAllBytes(index);
    switch (harm) {
      case DELETED -> Files.delete(index);
      case EMPTY -> Files.write(index, new byte[0]);
      case CUT_OFF -> Files.write(index, Arrays.copyOf(octets, octets.length / 2));
      case CHANGED -> {
        octets[octets.length / 2] ^= 1;
        Files.write(index, octets);
      }
      case OF_A_LONGER_JOURNAL -> new JournalIndex(7, 12, List.of()).write(log);
    }

    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(expected);
      opened.append("after");
    }
    expected.add("after");
    try (Opened opened = new Opened(log)) {
      assertThat(opened.spooled()).isEqualTo(expected);
    }
  }
}
