package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * What of a journal can't be read: octets of its files, copied into files {@code damaged-…} beside it, and records that lie in
 * it but that nobody understands. Thread-safe.
 */
final class JournalAside {
  private final Path directory;
  /** Octets that could not be copied either, by where they lie. */
  private final List<String> notCopied = new CopyOnWriteArrayList<>();

  private final List<LiveRecord> records = new CopyOnWriteArrayList<>();

  JournalAside(Path directory) {
    this.directory = directory;
  }

  /** Octets of a file can't be read. */
  void add(JournalDamage damage) {
    if (!damage.report() && damage.mayMatter()) {
      notCopied.add(damage.toString());
    }
  }

  /** Records that nobody understands. */
  void add(Collection<LiveRecord> some) {
    records.addAll(some);
  }

  /** By file, or by where in the journal it lies. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    files().forEach(file -> names.add(file.toString()));
    names.addAll(notCopied);
    records.forEach(record -> names.add("record " + record.id() + " of " + directory));
    return names;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file ->
              Objects.requireNonNull(file.getFileName()).toString().startsWith(JournalDamage.ASIDE))
          .sorted()
          .toList();
    }
  }

  /** Deletes all of it. @return how many there were */
  int forget() throws IOException {
    int count = 0;
    for (Path file : files()) {
      Files.deleteIfExists(file);
      count++;
    }
    for (LiveRecord record : records) {
      record.end();
      records.remove(record);
      count++;
    }
    count += notCopied.size();
    notCopied.clear();
    return count;
  }
}
