package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** The benchmarks run from the tarball. With so little load that only what they count says anything, not how fast it went. */
class BenchIT {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9-]+");
  private static final Pattern WRITTEN = Pattern.compile("(?m)^(/\\S+\\.md), (/\\S+\\.json)$");

  @TempDir
  Path work;

  private static Path bench() {
    return Installation.unpack().resolve("bench");
  }

  static Stream<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(bench())) {
      return files
          .filter(file ->
              Files.isRegularFile(file) && !file.getFileName().toString().contains("."))
          .toList()
          .stream();
    }
  }

  private Commands.Result run(Path script, String... words) {
    List<String> command =
        Stream.concat(Stream.of(script.toString()), Stream.of(words)).toList();
    return Commands.run(
        work,
        Map.of(
            "BENCH_DIR", work.toString(),
            "MANSIO_JAVA_OPTS", "-Xmx256m",
            // The unpacked tarball stays as it is.
            "PYTHONDONTWRITEBYTECODE", "1"),
        "",
        command);
  }

  /** What one of them left behind. */
  private record Report(String table, String json) {}

  private Report report(String script, String... words) {
    Commands.Result result = run(bench().resolve(script), words);
    assertThat(result.exitCode()).as(result.all()).isZero();
    Matcher files = WRITTEN.matcher(result.output());
    assertThat(files.find()).as(result.all()).isTrue();
    try {
      Report report = new Report(
          Files.readString(Path.of(files.group(1))), Files.readString(Path.of(files.group(2))));
      assertThat(result.output()).contains(report.table().lines().skip(4).toList());
      assertThat(report.json())
          .contains("\"benchmark\": \"" + script + "\"", "\"cores\": ", "\"java\": \"25")
          .contains("\"mansio\": \"");
      return report;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allOfThemAreThere() throws IOException {
    try (Stream<Path> files = Files.list(bench())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "accept",
              "deep-queue",
              "faults",
              "idle",
              "kill9",
              "lmtp",
              "measuring",
              "README.md",
              "relay");
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void theirOptionsStandInTheirDescription(Path script) throws IOException {
    Commands.Result help = run(script, "--help");

    assertThat(help.exitCode()).as(help.all()).isZero();
    assertThat(Files.readString(bench().resolve("README.md")))
        .contains("`" + script.getFileName())
        .contains(
            OPTION.matcher(help.output()).results().map(found -> found.group()).toList());
    assertThat(run(script, "--dance").exitCode()).isEqualTo(2);
  }

  @Test
  void relayCountsWhatArrivesAndDrawsWhereTimeGoes() {
    String pictures = work.resolve("pictures").toString();
    Report report = report(
        "relay",
        "--alone",
        "--runs",
        "2",
        "--warm-up",
        "20",
        "--profile",
        pictures,
        "2048:4:400",
        "600:2:10");

    assertThat(Path.of(pictures, "relay-600-2.svg")).exists();
    assertThat(Path.of(pictures, "relay-2048-4.svg"))
        .content()
        .startsWith("<svg ")
        .containsPattern("<title>org\\.mansio\\.\\S+ [0-9.]+%</title>");
    assertThat(report.json())
        .contains("\"size\": 2048", "\"size\": 600", "\"warmUpMails\": 20")
        .containsPattern("\"verdictP99Millis\": [0-9.]+")
        .containsPattern("(?s)(\"acknowledged\": 400,.*){2}");
    assertThat(report.table())
        .contains("| mails | server | end to end, mails/s |")
        .containsPattern(
            "\\| 2048 octets, 4 sessions \\| mansio \\| [0-9]+ \\| [0-9]+ \\| [0-9.]+ \\|")
        .containsPattern("\\| 600 octets, 2 sessions \\| mansio \\| [0-9]+ \\|");
  }

  @Test
  void acceptKeepsWhatItTook() {
    Report report = report("accept", "--alone", "--runs", "1", "--warm-up", "0", "2048:2:30");

    assertThat(report.json()).contains("\"acknowledged\": 30", "\"warmUpMails\": 0");
    String kept = report.json().substring(report.json().indexOf("\"kept\""));
    assertThat(Pattern.compile("\"(spool|active|deferred|ready)\": ([0-9]+)")
            .matcher(kept)
            .results()
            .mapToInt(found -> Integer.parseInt(found.group(2)))
            .sum())
        .as(kept)
        .isEqualTo(30);
    assertThat(report.table())
        .containsPattern("\\| 2048 octets, 2 sessions \\| mansio \\| [0-9]+ \\|");
  }

  @Test
  void lmtpGoesOnwardAndIntoTheStore() {
    Report report =
        report("lmtp", "--alone", "--runs", "1", "--warm-up", "0", "--users", "2", "1000:2:10");

    assertThat(report.json()).containsPattern("(?s)(\"acknowledged\": 10,.*){4}");
    assertThat(report.table())
        .contains("| onward, 1000 octets, 2 sessions | mansio, LMTP onward |")
        .contains("| onward, 1000 octets, 2 sessions | mansio, SMTP onward |")
        .contains("| into the store, 1000 octets, 2 sessions | mansio, LMTP |")
        .contains("| into the store, 1000 octets, 2 sessions | mansio, SMTP |");
  }

  @Test
  void idleConnectionsStayAndMailFlowsBesideThem() {
    Report report = report(
        "idle",
        "--plain",
        "20",
        "--tls",
        "10",
        "--dripping",
        "5",
        "--drip-seconds",
        "0",
        "--mails",
        "20",
        "--probes",
        "5",
        "--runs",
        "1",
        "--warm-up",
        "0");

    assertThat(report.json()).contains("\"connections\": 35", "\"lost\": 0");
    assertThat(report.table())
        .contains("| plain and TLS | 30 |")
        .contains("Connections that the server closed: 0 of 35");
  }

  @Test
  void moreConnectionsThanFilesAreAllowedAreRefused() {
    Commands.Result result = Commands.run(
        work,
        Map.of("BENCH_DIR", work.toString(), "PYTHONDONTWRITEBYTECODE", "1"),
        "",
        // Nobody may have so many, not even root.
        List.of(bench().resolve("idle").toString(), "--plain", "2000000000"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors()).contains("open files are needed", "hard limit is");
  }
}
