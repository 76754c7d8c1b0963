package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.server.app.Arguments.Command;
import org.mansio.server.app.Arguments.UsageException;
import org.mansio.server.kernel.Layout;

class ArgumentsTest {
  private static final Path HOME = Path.of("/opt/mansio");

  @ParameterizedTest
  @EnumSource
  void everyCommandIsKnownByItsNameAndExplained(Command command) throws UsageException {
    if (command == Command.HELP) {
      return; // an option
    }
    String name = command.name().toLowerCase(java.util.Locale.ROOT);

    assertThat(Arguments.parse(HOME, name)).isEqualTo(new Arguments(command, Layout.below(HOME)));
    assertThat(Arguments.USAGE).contains("\n  " + name + " ");
  }

  @Test
  void foldersAreTakenInBothFormsBeforeAndAfterTheCommand() throws UsageException {
    assertThat(Arguments.parse(
                HOME, "--conf", "/etc/mansio", "run", "--data=/var/lib/mansio", "--logs=/a=b")
            .layout())
        .isEqualTo(new Layout(
            Path.of("/etc/mansio"),
            Path.of("/var/lib/mansio"),
            Path.of("/a=b"),
            HOME.resolve("plugins")));
  }

  @Test
  void relativeFoldersStartAtTheCurrentOne() throws UsageException {
    assertThat(Arguments.parse(HOME, "run", "--data", "x/../y").layout().data())
        .isEqualTo(Path.of("y").toAbsolutePath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void helpIsGivenWhateverStandsBeforeIt(String option) throws UsageException {
    assertThat(Arguments.parse(HOME, "run", "--conf", "/x", option).command())
        .isEqualTo(Command.HELP);
  }

  @ParameterizedTest
  @CsvSource({
    "dance, unknown command: dance",
    "RUN, unknown command: RUN",
    "help, unknown command: help",
    "run check, unexpected argument: check",
    "--conf /x, a command is missing",
    "run --port 25, unknown option: --port",
    "run --conf, --conf needs a folder",
  })
  void whatCanNotBeUnderstoodIsNamed(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Arguments.parse(HOME, line.split(" ")))
        .withMessageStartingWith(message);
  }
}
