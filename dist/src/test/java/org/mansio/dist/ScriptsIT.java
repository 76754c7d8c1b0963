package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** The scripts as an operator uses them. */
class ScriptsIT {
  private static final Map<String, String> ENVIRONMENT = Map.of(
      "MANSIO_BIND", "127.0.0.1",
      "MANSIO_HOSTNAME", "mx.example.org",
      "MANSIO_SMTP_PORT", "auto",
      "MANSIO_SUBMISSION_PORT", "0",
      "MANSIO_SUBMISSIONS_PORT", "0",
      "MANSIO_LMTP_PORT", "0",
      "MANSIO_ODMR_PORT", "0");

  private final Installation installation = Installation.fresh("scripts");

  private Commands.Result mansio(String... arguments) {
    return Commands.run(
        installation.home(),
        ENVIRONMENT,
        "",
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(installation.bin("mansio").toString()),
                java.util.stream.Stream.of(arguments))
            .toList());
  }

  @Test
  void startStatusAndStopAgreeAndFoldersCanLieElsewhere() {
    String data = installation.home().resolve("elsewhere/data").toString();
    String logs = installation.home().resolve("elsewhere/logs").toString();
    List<String> folders = List.of("--data", data, "--logs", logs);

    assertThat(mansio(with("status", folders)).exitCode()).isEqualTo(3);
    Commands.Result start = mansio(with("start", folders));
    try {
      assertThat(start.exitCode()).as(start.all()).isZero();
      assertThat(start.output()).contains("ready");
      assertThat(mansio(with("status", folders)).exitCode()).isZero();
      assertThat(mansio(with("start", folders)).exitCode()).as("a second start").isNotZero();
      assertThat(installation.ctlWithInput("", "--data", data, "listeners"))
          .contains("smtp")
          .doesNotContain("submission");
    } finally {
      assertThat(mansio(with("stop", folders)).exitCode()).isZero();
    }
    assertThat(mansio(with("status", folders)).exitCode()).isEqualTo(3);
    assertThat(Files.exists(installation.data())).isFalse();
    assertThat(Files.exists(installation.home().resolve("elsewhere/logs/mansio.log")))
        .isTrue();
  }

  @Test
  void versionIsThatOfTheBuild() {
    assertThat(mansio("version").output()).contains(System.getProperty("mansio.version"));
  }

  @Test
  void wrongUsageEndsWith64() {
    assertThat(mansio("dance").exitCode()).isEqualTo(64);
    assertThat(mansio("run", "--port", "25").exitCode()).isEqualTo(64);
    assertThat(mansio().exitCode()).isEqualTo(64);
  }

  @Test
  void argumentsAreUtf8WhereNobodyHasChosenALanguage() {
    Commands.Result result = Commands.run(
        installation.home(),
        Map.of("LC_ALL", "C"),
        "",
        List.of(installation.bin("mansioctl").toString(), "--data", "/nowhere/dätä", "health"));

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.all()).contains("/nowhere/dätä");
  }

  private static String[] with(String command, List<String> options) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(command), options.stream())
        .toArray(String[]::new);
  }
}
