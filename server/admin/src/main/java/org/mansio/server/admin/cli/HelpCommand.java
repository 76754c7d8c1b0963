package org.mansio.server.admin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mansioctl help}: the same as {@code --help} behind a command. */
@Command(name = "help", description = "Shows the help of a command, such as: help queue list.")
final class HelpCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..*")
  private List<String> words = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli injects the specification
  HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(command, "there is no command '" + word + "'");
      }
      command = next;
    }
    command.usage(session.out());
    return ExitCodes.OK;
  }
}
