package org.mansio.mailets.delivery.tlsreport;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of a day as text: a line for each policy, below it one for each kind of failure; words are separated by spaces,
 * escaped as in URLs.
 */
final class DayFile {
  private static final Logger LOG = LoggerFactory.getLogger(DayFile.class);
  private static final String POLICY = "policy";
  private static final String FAILURE = "failure";

  /** Between the parts of a list, which are escaped themselves. */
  private static final String SEPARATOR = ",";

  /** An empty word would be lost between spaces. */
  private static final String EMPTY = "-";

  private DayFile() {}

  /** Replaces the file as a whole, so that a crash leaves the old or the new one. */
  static void write(Path file, Map<ReportedPolicy, Tally> results) throws IOException {
    List<String> lines = new ArrayList<>();
    results.forEach((policy, tally) -> {
      lines.add(String.join(
          " ",
          POLICY,
          policy.type().name(),
          word(policy.domain()),
          words(policy.strings()),
          words(policy.mxHosts()),
          Long.toString(tally.successes()),
          Long.toString(tally.failures()
              - tally.details().values().stream().mapToLong(Long::longValue).sum())));
      tally
          .details()
          .forEach((detail, count) -> lines.add(String.join(
              " ",
              FAILURE,
              detail.type().name(),
              word(detail.host()),
              word(detail.address()),
              word(detail.reason()),
              Long.toString(count))));
    });
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(fresh, lines);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What can be read of the file. */
  static Map<ReportedPolicy, Tally> read(Path file) throws IOException {
    Map<ReportedPolicy, Tally> results = new LinkedHashMap<>();
    Tally current = new Tally();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      try {
        if (words[0].equals(POLICY)) {
          current = new Tally();
          current.success(Long.parseLong(words[5]));
          current.failure(Long.parseLong(words[6]));
          results.put(
              new ReportedPolicy(
                  ReportedPolicy.Type.valueOf(words[1]),
                  text(words[2]),
                  texts(words[3]),
                  texts(words[4])),
              current);
        } else if (words[0].equals(FAILURE)) {
          current.failure(
              new FailureDetail(
                  FailureDetail.Type.valueOf(words[1]),
                  text(words[2]),
                  text(words[3]),
                  text(words[4])),
              Long.parseLong(words[5]));
        }
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        LOG.warn("a line of {} can't be read and is left out: {}", file, e.toString());
      }
    }
    return results;
  }

  private static String word(String text) {
    return text.isEmpty()
        ? EMPTY
        : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("-", "%2D");
  }

  private static String words(List<String> texts) {
    return texts.isEmpty()
        ? SEPARATOR
        : texts.stream().map(DayFile::word).collect(Collectors.joining(SEPARATOR));
  }

  private static String text(String word) {
    return word.equals(EMPTY) ? "" : URLDecoder.decode(word, StandardCharsets.UTF_8);
  }

  private static List<String> texts(String words) {
    return Arrays.stream(words.split(SEPARATOR))
        .filter(word -> !word.isEmpty())
        .map(DayFile::text)
        .toList();
  }
}
