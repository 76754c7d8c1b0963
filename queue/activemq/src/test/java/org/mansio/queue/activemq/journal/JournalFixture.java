package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.log.SpoolReader;

/** What the tests of the journal share: journals in a folder, with files so small that a test fills many. */
abstract class JournalFixture {
  static final int FILE_OCTETS = 64 << 10;

  static final Duration NO_WAIT = Duration.ofMillis(1);

  @TempDir
  Path directory;

  final List<JournalLog> open = new ArrayList<>();
  /** Of the journal that was opened last, by what stands in them. */
  final Map<String, HeldRecord> entries = new ConcurrentHashMap<>();

  /** One on the disk as it is. */
  Journal journal() {
    return new Journal();
  }

  /** Fails when the disk takes nothing. */
  void probe() throws IOException {}

  JournalLog open(Path where) throws Exception {
    return open(where, this::journal);
  }

  JournalLog open(Path where, Supplier<Journal> journals) throws Exception {
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

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static String text(byte[] octets) {
    return new String(octets, StandardCharsets.US_ASCII);
  }

  static Append spool(String... texts) {
    return new Append(Stream.of(texts).map(JournalFixture::octets).toList(), List.of());
  }

  static Append entry(String text) {
    return new Append(List.of(), List.of(new Append.Entry("lane", octets(text))));
  }

  static List<String> take(SpoolReader reader, int limit) throws Exception {
    return reader.take(limit, NO_WAIT).stream()
        .map(taken -> text(taken.octets()))
        .toList();
  }

  /** All that is alive in the log's spool; it stays there. */
  static List<String> spooled(JournalLog log) throws Exception {
    return log.peekSpool(Integer.MAX_VALUE).stream().map(JournalFixture::text).toList();
  }

  /** As the files are at this moment, which is what a killed process leaves. */
  Path killed(String name) throws IOException {
    return killed("log", name);
  }

  /** A copy of a journal as a process that ends now would leave it. */
  Path killed(String from, String name) throws IOException {
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

  List<Path> journalFiles(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }
}
