package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.activemq.store.kahadb.disk.journal.Journal;

/**
 * The files at the end of a journal that were made ready and never written. A journal that is started takes the whole length
 * of such a file for written and goes on behind it, where nobody looks for it at the next start; so they go before.
 */
final class UnusedFiles {
  private static final Pattern NAME = Pattern.compile(Pattern.quote(Journal.DEFAULT_FILE_PREFIX)
      + "(\\d{1,9})" + Pattern.quote(Journal.DEFAULT_FILE_SUFFIX));

  private UnusedFiles() {}

  /**
   * Deletes them, while no journal is open.
   *
   * @param fileOctets how long a file is made; a longer one was written
   */
  static void delete(Path directory, int fileOctets) throws IOException {
    for (Path file : newestFirst(directory)) {
      if (Files.size(file) > fileOctets || isWritten(file)) {
        return;
      }
      Files.delete(file);
    }
  }

  /** The files that something was written to, the newest first. */
  static List<Path> written(Path directory) throws IOException {
    List<Path> written = new ArrayList<>();
    for (Path file : newestFirst(directory)) {
      if (isWritten(file)) {
        written.add(file);
      }
    }
    return written;
  }

  private static List<Path> newestFirst(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> number(file) > 0)
          .sorted(Comparator.comparingInt(UnusedFiles::number).reversed())
          .toList();
    }
  }

  private static int number(Path file) {
    Matcher name = NAME.matcher(Objects.requireNonNull(file.getFileName()).toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  private static boolean isWritten(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(Journal.EOF_RECORD.length);
      return first.length > 0 && !Arrays.equals(first, Journal.EOF_RECORD);
    }
  }
}
