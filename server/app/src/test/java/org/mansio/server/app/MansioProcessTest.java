package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.ServerMXBean;
import org.mansio.server.admin.cli.AttachedServer;

/** The server as a process: what a supervisor and a shell see of it. */
class MansioProcessTest {
  @TempDir
  Path home;

  private Process mansio(Installation installation, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dguice_custom_class_loading=CHILD",
        "-Dmansio.home=" + home,
        "-cp",
        System.getProperty("java.class.path"),
        Mansio.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(installation.environment);
    builder.redirectError(home.resolve("stderr").toFile());
    return builder.start();
  }

  @Test
  void itSaysWhenItIsReadyAnswersItsOwnUserAndEndsWithZeroOnSigterm() throws Exception {
    Process server = mansio(new Installation(home), "run");
    try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine())
          .as("standard output; see %s", home)
          .isEqualTo("Mansio " + Version.current() + " ready");

      try (AttachedServer link = AttachedServer.on(home.resolve("data"))) {
        assertThat(link.operations(ServerMXBean.class).getPid()).isEqualTo(server.pid());
        assertThat(link.operations(ServerMXBean.class).getHostname()).isEqualTo("mx.example.org");
      }

      server.destroy(); // SIGTERM
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
      assertThat(home.resolve("data/mansio.pid")).isEmptyFile();
      assertThat(home.resolve("logs/mansio.log")).content().contains("Stopped");
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void wrongUsageEndsWith64() throws Exception {
    Process process = mansio(new Installation(home), "frobnicate");

    assertThat(process.waitFor()).isEqualTo(ExitCodes.USAGE);
    assertThat(home.resolve("stderr")).content().contains("frobnicate");
  }
}
