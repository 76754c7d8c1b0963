package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.Adler32;
import java.util.zip.CRC32C;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.spi.queue.QueueException;

/**
 * A mail may hold any octets (RFC 3030), also such as look like a part of the journal. Whatever happens to the journal around
 * it, they are never taken for one.
 */
class JournalForgeryTest {
  private static final int FILE_OCTETS = 1 << 20;
  private static final String FORGED = "forged mail";
  private static final int KEY_OCTETS = 16;

  @TempDir
  Path directory;

  private static JournalLog open(Path where) throws QueueException {
    JournalLog log = new JournalLog(where, Journal::new, FILE_OCTETS, DiskProbe.in(where));
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
    return log;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> spooled(JournalLog log) throws QueueException {
    return log.peekSpool(Integer.MAX_VALUE).stream()
        .map(mail -> new String(mail, StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static void append(JournalLog log, byte[] mail) throws QueueException {
    log.append(new Append(List.of(mail), List.of()));
  }

  /** What a sender may try: the end of another one's mail and a mail of its own making. */
  private static byte[] content(int victim) {
    byte[] mail = octets(FORGED);
    return ByteBuffer.allocate(9 + 5 + mail.length)
        .put((byte) 0)
        .putInt(1)
        .putInt(victim)
        .put((byte) 1)
        .putInt(mail.length)
        .put(mail)
        .array();
  }

  private static byte[] record(byte[] transaction) {
    return ByteBuffer.allocate(Journal.RECORD_HEAD_SPACE + transaction.length)
        .putInt(Journal.RECORD_HEAD_SPACE + transaction.length)
        .put(Journal.USER_RECORD_TYPE)
        .put(transaction)
        .array();
  }

  private static byte[] batch(int length, byte[] records) {
    Adler32 checksum = new Adler32();
    checksum.update(records);
    return ByteBuffer.allocate(Journal.BATCH_CONTROL_RECORD_SIZE + records.length)
        .put(Journal.BATCH_CONTROL_RECORD_HEADER)
        .putInt(length)
        .putLong(checksum.getValue())
        .put(records)
        .array();
  }

  private static byte[] checked(byte[] key, byte[] content, boolean keyCounts) {
    CRC32C crc = new CRC32C();
    if (keyCounts) {
      crc.update(key);
    }
    crc.update(content);
    return ByteBuffer.allocate(key.length + Integer.BYTES + content.length)
        .put(key)
        .putInt((int) crc.getValue())
        .put(content)
        .array();
  }

  /** What the body holds. */
  enum Forgery {
    /** A transaction as it would be without a key. */
    WITHOUT_A_KEY {
      @Override
      byte[] octets(int victim) {
        byte[] record = record(checked(new byte[0], content(victim), false));
        return batch(record.length, record);
      }
    },

    /** Transactions with a key that is no more than guessed. */
    GUESSED_KEY {
      @Override
      byte[] octets(int victim) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        byte[] key = new byte[KEY_OCTETS];
        for (int seed = 0; seed < 100; seed++) {
          new Random(seed).nextBytes(key);
          records.writeBytes(record(checked(key, content(victim), seed % 2 == 0)));
        }
        return batch(records.size(), records.toByteArray());
      }
    },

    /** The beginning of a batch that reaches over all that follows. */
    ENDLESS_BATCH {
      @Override
      byte[] octets(int victim) {
        return batch(3 << 20, new byte[0]);
      }
    },

    /** A mark of the journal's end, and nothing. */
    END {
      @Override
      byte[] octets(int victim) {
        return Arrays.copyOf(Journal.EOF_RECORD, 2000);
      }
    };

    abstract byte[] octets(int victim);
  }

  /** The octets of a file, with the mail of the forger in it. */
  private Path journal(Forgery forgery) throws Exception {
    Path where = directory.resolve("log");
    JournalLog log = open(where);
    append(log, octets("victim's mail"));
    int victim = indexOf(Files.readAllBytes(where.resolve("db-1.log")), "victim's mail");
    ByteArrayOutputStream mail = new ByteArrayOutputStream();
    mail.writeBytes(octets("forger's mail "));
    mail.writeBytes(forgery.octets(victim));
    append(log, mail.toByteArray());
    append(log, octets("later mail"));
    log.close();
    Files.delete(where.resolve("index"));
    return where;
  }

  private static int indexOf(byte[] octets, String text) {
    int at = new String(octets, StandardCharsets.ISO_8859_1).indexOf(text);
    assertThat(at).isPositive();
    return at;
  }

  /** Wherever a few octets around the forger's mail are damaged. */
  @ParameterizedTest
  @EnumSource
  void octetsOfAMailAreNeverTakenForAPartOfTheJournal(Forgery forgery) throws Exception {
    Path where = journal(forgery);
    byte[] intact = Files.readAllBytes(where.resolve("db-1.log"));
    int begin = indexOf(intact, "victim's mail") + "victim's mail".length();
    int end = indexOf(intact, "forger's mail ");
    for (UnaryOperator<byte[]> harm : harms(begin, end)) {
      Path copy = Files.createTempDirectory(directory, "copy");
      Files.write(copy.resolve("db-1.log"), harm.apply(intact.clone()));
      Path key = where.resolve("key");
      if (Files.exists(key)) {
        Files.copy(key, copy.resolve("key"), StandardCopyOption.REPLACE_EXISTING);
      }
      JournalLog log = open(copy);
      try {
        assertThat(spooled(log)).contains("victim's mail", "later mail").doesNotContain(FORGED);
      } finally {
        log.close();
      }
    }
  }

  private static List<UnaryOperator<byte[]>> harms(int begin, int end) {
    List<UnaryOperator<byte[]>> harms = new ArrayList<>();
    for (int at = begin; at < end; at++) {
      int hit = at;
      harms.add(octets -> {
        octets[hit] ^= 0x41;
        return octets;
      });
    }
    harms.add(octets -> {
      Arrays.fill(octets, begin, end, (byte) 0);
      return octets;
    });
    return harms;
  }

  @Test
  void eachJournalHasAKeyOfItsOwnThatOnlyItsOwnerReads() throws Exception {
    open(directory.resolve("one")).close();
    open(directory.resolve("two")).close();

    Path key = directory.resolve("one/key");
    assertThat(Files.readAllBytes(key))
        .isNotEqualTo(Files.readAllBytes(directory.resolve("two/key")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  enum Loss {
    MISSING,
    EMPTY,
    CHANGED,
    CUT_OFF
  }

  @ParameterizedTest
  @EnumSource
  void aKeyThatIsLostIsFoundInTheJournal(Loss loss) throws Exception {
    Path where = directory.resolve("log");
    JournalLog log = open(where);
    append(log, octets("mail"));
    log.close();
    byte[] key = Files.readAllBytes(where.resolve("key"));

    lose(where.resolve("key"), loss);

    JournalLog after = open(where);
    assertThat(spooled(after)).containsExactly("mail");
    assertThat(after.keepsDamaged()).isFalse();
    after.close();
    assertThat(Files.readAllBytes(where.resolve("key"))).isEqualTo(key);
  }

  private static void lose(Path key, Loss loss) throws IOException {
    byte[] octets = Files.readAllBytes(key);
    switch (loss) {
      case MISSING -> Files.delete(key);
      case EMPTY -> Files.write(key, new byte[0]);
      case CHANGED -> {
        octets[3] ^= 1;
        Files.write(key, octets);
      }
      case CUT_OFF -> Files.write(key, Arrays.copyOf(octets, octets.length - 1));
    }
  }

  @Test
  void aJournalWhoseKeyNothingTellsIsLeftAsItIs() throws Exception {
    Path where = directory.resolve("log");
    JournalLog log = open(where);
    append(log, octets("mail"));
    log.close();
    Files.delete(where.resolve("key"));
    Path file = where.resolve("db-1.log");
    byte[] octets = Files.readAllBytes(file);
    octets[indexOf(octets, "mail")] ^= 1;
    Files.write(file, octets);

    assertThatThrownBy(() -> open(where))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("restore it from a backup");
    assertThat(Files.readAllBytes(file)).isEqualTo(octets);
  }
}
