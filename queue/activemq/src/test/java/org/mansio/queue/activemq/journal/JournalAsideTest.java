package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.junit.jupiter.api.Test;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.SpoolReader;

/** What of a journal can't be read is kept aside, named, and given up. */
class JournalAsideTest extends JournalFixture {
  /** What a killed process left, in which the first record, and no other, is damaged. */
  private Path damaged() throws Exception {
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
    return killed;
  }

  @Test
  void damageInTheMiddleIsKeptAsideAndTheRestIsRead() throws Exception {
    Path killed = damaged();

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
    Path killed = damaged();
    JournalLog after = open(killed);
    assertThat(after.keepsDamaged()).isTrue();

    assertThat(after.forgetDamaged()).isEqualTo(1);
    after.append(spool("three"));
    JournalLog again = open(killed("killed", "killed again"));

    assertThat(again.keepsDamaged()).isFalse();
    assertThat(spooled(again)).hasSize(102).endsWith("three");
  }

  @Test
  void whatCannotBeKeptAsideIsNoReasonNotToStart() throws Exception {
    Path killed = damaged();
    int one = Files.readString(journalFiles(killed).getFirst(), StandardCharsets.ISO_8859_1)
        .indexOf("Xne");
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
}
