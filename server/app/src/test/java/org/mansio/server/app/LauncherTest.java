package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  @TempDir
  Path home;

  private Installation installation;

  @BeforeEach
  void install() throws IOException {
    installation = new Installation(home);
  }

  @Test
  void theShippedConfigurationIsRightAndCheckingItLeavesNoTrace() {
    assertThat(installation.launcher().check()).as(installation.err()).isZero();

    assertThat(installation.err()).isEmpty();
    assertThat(installation.out()).contains("is right");
    assertThat(home.resolve("data")).doesNotExist();
  }

  @Test
  void everyProblemIsNamedWithFileLineAndColumn() throws IOException {
    installation.change("server.xml", "<bind>", "<bnd/><bind>");
    installation.change(
        "mailetcontainer.xml",
        "match=\"All\" class=\"PostmasterAlias\"",
        "matcher=\"All\" class=\"PostmasterAlias\"");
    installation.change("logback.xml", "<root level=\"INFO\">", "<root level=\"LOUD\">");
    installation.change("logback.xml", "<appender-ref ref=\"file\"", "<appender-ref ref=\"fiel\"");
    installation.environment.put("MANSIO_BROKER_URL", "http://broker.example.org:61616");
    installation.environment.put("MANSIO_DATABASE_URL", "mysql://db.example.org/mail");

    assertThat(installation.launcher().check()).isEqualTo(ExitCodes.CONFIGURATION);

    assertThat(installation.err())
        .containsPattern("server\\.xml:\\d+:\\d+: .*'bnd'")
        .containsPattern("mailetcontainer\\.xml:\\d+:\\d+: .*matcher")
        .containsPattern("logback\\.xml:\\d+:9: .*'LOUD'")
        .containsPattern("logback\\.xml:\\d+:19: .*'fiel'; did you mean 'file'")
        .contains(
            installation.place("queue.xml", "<brokerUrl>") + ": setting 'brokerUrl' of queue",
            installation.place("directory.xml", "<url>") + ": setting 'url' of directory")
        .containsPattern("mansio: \\d+ errors in the configuration");
  }

  @Test
  void aServerWithAWrongConfigurationDoesNotStart() throws IOException {
    installation.change("server.xml", "<shutdownGrace>25s", "<shutdownGrace>soon");

    assertThat(installation.launcher().start())
        .isEqualTo(new Launcher.Result.Failed(ExitCodes.CONFIGURATION));

    assertThat(installation.err())
        .containsPattern("server\\.xml:\\d+:\\d+: .*shutdownGrace")
        .contains("mansio: 1 error in");
    assertThat(home.resolve("data/mansio.pid")).isEmptyFile();
  }

  @Test
  void twoListenersOnOnePortAreFoundBeforeAnythingStarts() {
    installation.environment.put("MANSIO_SUBMISSION_PORT", "2525");
    installation.environment.put("MANSIO_LMTP_PORT", "2525");

    assertThat(installation.launcher().check()).isEqualTo(ExitCodes.CONFIGURATION);

    assertThat(installation.err())
        .containsPattern(
            "server\\.xml:\\d+:\\d+: listener 'lmtp' is to listen on port 2525 of"
                + " 127\\.0\\.0\\.1, but listener 'submission' at .*server\\.xml:\\d+:\\d+ has port 2525")
        .contains("mansio: 1 error in");
  }

  @Test
  void aFileThatIsMissingIsNamed() throws IOException {
    Files.delete(home.resolve("conf/queue.xml"));

    assertThat(installation.launcher().check()).isEqualTo(ExitCodes.CONFIGURATION);
    assertThat(installation.err()).contains("queue.xml");
  }

  @Test
  void aSecondServerOnTheSameDataIsRefused() throws Exception {
    try (DataFolderLock _ = DataFolderLock.take(home.resolve("data"))) {
      assertThat(installation.launcher().start())
          .isEqualTo(new Launcher.Result.Failed(ExitCodes.UNAVAILABLE));
    }
    assertThat(installation.err())
        .contains("mansio: another server works on " + home.resolve("data"));
  }

  @Test
  void aPortThatIsTakenIsTemporaryAndNothingRunsAfterwards() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      installation.environment.put("MANSIO_LMTP_PORT", Integer.toString(other.getLocalPort()));

      assertThat(installation.launcher().start())
          .isEqualTo(new Launcher.Result.Failed(ExitCodes.TRY_LATER));
      assertThat(installation.err().lines())
          .containsExactly("mansio: listener 'lmtp' could not start: can't bind 127.0.0.1 port "
              + other.getLocalPort() + ": Address already in use");
    }
    installation.environment.put("MANSIO_LMTP_PORT", "auto");
    assertThat(installation.start().stop()).isZero();
  }

  @Test
  void theExitCodeTellsTheKindOfTrouble() {
    assertThat(Launcher.codeOf(
            new IOException("listener", new BindException("Address already in use"))))
        .isEqualTo(ExitCodes.TRY_LATER);
    assertThat(Launcher.codeOf(new IOException("bind(..) failed: Permission denied")))
        .isEqualTo(ExitCodes.NO_PERMISSION);
    assertThat(Launcher.codeOf(new IllegalStateException(new AccessDeniedException("data"))))
        .isEqualTo(ExitCodes.NO_PERMISSION);
    assertThat(Launcher.codeOf(new IllegalStateException("the broker is away")))
        .isEqualTo(ExitCodes.UNAVAILABLE);
  }
}
