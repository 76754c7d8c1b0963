package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/** What the journal promises: after any stop it holds what was appended and hasn't ended, and it doesn't grow for ever. */
class JournalLogTest extends JournalFixture {
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
