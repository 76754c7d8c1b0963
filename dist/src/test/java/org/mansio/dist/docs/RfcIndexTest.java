package org.mansio.dist.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/rfcs.md} and the sources name the same RFCs, and its classes exist. */
class RfcIndexTest {
  private static final Pattern IN_SOURCES = Pattern.compile("RFC ([0-9]{3,5})");
  private static final Pattern ROW = Pattern.compile(
      "^\\| \\[([0-9]{3,5})]\\([^)]*\\) \\| [^|]+ \\| (implemented|partial|planned|used|not offered) \\| ([^|]*) \\|.*$",
      Pattern.MULTILINE);
  private static final Pattern CLASS = Pattern.compile("`([A-Za-z][A-Za-z0-9.]*)`");

  private static final List<MatchResult> ROWS =
      ROW.matcher(Repository.read(Repository.DOCS.resolve("rfcs.md"))).results().toList();

  @Test
  void everyRfcInTheSourcesIsInTheIndex() {
    Set<Integer> cited = Repository.sources().stream()
        .flatMap(file -> IN_SOURCES.matcher(Repository.read(file)).results())
        .map(found -> Integer.valueOf(found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(numbers(ROWS)).containsAll(cited);
  }

  @Test
  void everyRfcThatTheIndexCallsImplementedIsCitedInTheSources() {
    String sources =
        Repository.sources().stream().map(Repository::read).collect(Collectors.joining());

    assertThat(ROWS.stream().filter(row -> !isAbsent(row)))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(sources).contains("RFC " + row.group(1)));
  }

  @Test
  void everyClassInTheIndexExistsAndOnlyAbsentRfcsHaveNone() {
    Set<String> names = Repository.sources().stream()
        .map(file -> file.getFileName().toString().replace(".java", ""))
        .collect(Collectors.toSet());

    assertThat(ROWS).allSatisfy(row -> {
      List<String> classes =
          CLASS.matcher(row.group(3)).results().map(found -> found.group(1)).toList();
      assertThat(names).as("classes of RFC %s", row.group(1)).containsAll(classes);
      assertThat(classes.isEmpty())
          .as("RFC %s is planned or not offered", row.group(1))
          .isEqualTo(isAbsent(row));
    });
  }

  @Test
  void theIndexIsInOrder() {
    assertThat(ROWS.stream().map(row -> Integer.valueOf(row.group(1))))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  private static boolean isAbsent(MatchResult row) {
    return row.group(2).equals("planned") || row.group(2).equals("not offered");
  }

  private static Set<Integer> numbers(List<MatchResult> rows) {
    return rows.stream()
        .map(row -> Integer.valueOf(row.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
