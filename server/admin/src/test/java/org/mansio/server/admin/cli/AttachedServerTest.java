package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.DomainsMXBean;
import org.mansio.server.admin.UsersMXBean;
import org.mansio.server.admin.operations.AdminRegistry;
import org.mansio.server.admin.operations.DomainOperations;
import org.mansio.server.admin.operations.UserOperations;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.testkit.MemoryDirectory;

class AttachedServerTest {
  @TempDir
  Path data;

  /** A process of its own that offers operations until its standard input ends. */
  public static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) throws IOException {
      MemoryDirectory directory = new MemoryDirectory().with("alice@example.org");
      try (AdminRegistry registry = new AdminRegistry(ManagementFactory.getPlatformMBeanServer())) {
        registry.register(new AdminBean("Domains", new DomainOperations(directory)));
        registry.register(new AdminBean("Users", new UserOperations(directory)));
        System.out.println("ready");
        while (System.in.read() >= 0) {
          // Until the test closes it.
        }
      }
    }
  }

  @Test
  void anotherProcessOfTheSameUserIsReachedByThePidInItsDataFolder() throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.lines().anyMatch("ready"::equals)).isTrue();
      Files.writeString(data.resolve(AttachedServer.PID_FILE), process.pid() + "\n");

      try (AttachedServer server = AttachedServer.on(data)) {
        server.operations(DomainsMXBean.class).add("example.net");
        assertThat(server.operations(DomainsMXBean.class).list())
            .containsExactly("example.net", "example.org");
        assertThatThrownBy(() -> server.operations(UsersMXBean.class).remove("nobody@example.org"))
            .isInstanceOf(java.util.NoSuchElementException.class);
      }
    } finally {
      process.getOutputStream().close();
      process.destroy();
      process.waitFor();
    }
  }

  @Test
  void aProcessThatIsGoneIsUnavailable() throws Exception {
    Process gone = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--version")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    gone.waitFor();
    Files.writeString(data.resolve(AttachedServer.PID_FILE), Long.toString(gone.pid()));

    assertThatThrownBy(() -> AttachedServer.on(data))
        .isInstanceOfSatisfying(
            UnreachableException.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.UNAVAILABLE))
        .hasMessageContaining("is gone");
  }

  @Test
  void aPidFileWithoutAPidIsUnavailable() throws Exception {
    Files.writeString(data.resolve(AttachedServer.PID_FILE), "nonsense");

    assertThatThrownBy(() -> AttachedServer.on(data)).hasMessageContaining("holds no process id");
  }
}
