package org.mansio.protocols.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mails of a run that a server took the responsibility for, as a file: a line {@code RUN FIRST-LAST} or {@code RUN NUMBER}
 * for each range.
 */
final class AcknowledgedFile {
  private static final Pattern LINE =
      Pattern.compile("(" + MailId.RUN_SYNTAX + ") ([0-9]{1,9})(?:-([0-9]{1,9}))?");

  private AcknowledgedFile() {}

  /** Adds a run to the file, which is made when it isn't there. */
  static void add(Path file, String run, List<Numbers.Range> ranges) throws IOException {
    List<String> lines = ranges.stream().map(range -> run + " " + range).toList();
    Files.write(
        file,
        lines,
        StandardCharsets.US_ASCII,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Adds a file's mails to those of their runs. @throws IOException also for a line of another form */
  static void read(Path file, Map<String, Numbers> runs) throws IOException {
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IOException(file + " holds a line of another form: " + line);
      }
      int first = Integer.parseInt(parts.group(2));
      String end = parts.group(3);
      int last = end == null ? first : Integer.parseInt(end);
      if (last < first || last >= MailId.MAX_NUMBER) {
        throw new IOException(file + " holds a range that can't be: " + line);
      }
      runs.computeIfAbsent(parts.group(1), k -> new Numbers()).add(new Numbers.Range(first, last));
    }
  }
}
