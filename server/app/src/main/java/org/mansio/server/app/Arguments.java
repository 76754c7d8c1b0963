package org.mansio.server.app;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.server.kernel.Layout;

/**
 * What the command line says. Read by hand, for the sake of the start: a library for command lines costs it more than all
 * of the configuration does.
 *
 * @param layout where the installation lies
 */
record Arguments(Command command, Layout layout) {
  static final String USAGE = """
      Usage: mansio COMMAND [OPTION]...
      The Mansio mail server.

      Commands:
        run       Runs in the foreground until SIGTERM or SIGINT.
        check     Checks the configuration as a start would, without starting.
        train     Sends mail through a server of its own, from which the JVM learns to start fast.
        version   Prints the version.

      Options:
        --conf DIR      Configuration files.
        --data DIR      All that must survive a restart.
        --logs DIR      Log files.
        --plugins DIR   A folder for each plugin.
        -h, --help      Shows this help.

      Exit codes: 0 done, 64 wrong usage, 69 a part can't start or another server has the data, 70 internal error,
      75 a port is taken, 77 no permission, 78 wrong configuration.
      """;

  private static final List<String> HELP = List.of("-h", "--help");

  /** What is to be done. */
  enum Command {
    RUN,
    CHECK,
    TRAIN,
    VERSION,
    /** Asked for by an option, whatever else is. */
    HELP
  }

  private enum Folder {
    CONF,
    DATA,
    LOGS,
    PLUGINS;

    String option() {
      return "--" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** The command line can't be understood; the message says why. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /** @param home holds the folders that aren't named */
  static Arguments parse(Path home, String... words) throws UsageException {
    Optional<Command> command = Optional.empty();
    Map<Folder, Path> folders = new EnumMap<>(Folder.class);
    for (Iterator<String> rest = Arrays.asList(words).iterator(); rest.hasNext(); ) {
      String word = rest.next();
      if (HELP.contains(word)) {
        return new Arguments(Command.HELP, Layout.below(home));
      }
      if (word.startsWith("-")) {
        readFolder(word, rest, folders);
      } else if (command.isPresent()) {
        throw new UsageException("unexpected argument: " + word);
      } else {
        command = Optional.of(commandNamed(word));
      }
    }
    return new Arguments(
        command.orElseThrow(() -> new UsageException("a command is missing")),
        layout(Layout.below(home), folders));
  }

  private static Command commandNamed(String word) throws UsageException {
    return Arrays.stream(Command.values())
        .filter(command -> command != Command.HELP)
        .filter(command -> command.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() -> new UsageException("unknown command: " + word));
  }

  /** {@code --conf DIR} or {@code --conf=DIR}. */
  private static void readFolder(String word, Iterator<String> rest, Map<Folder, Path> folders)
      throws UsageException {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Folder folder = Arrays.stream(Folder.values())
        .filter(known -> known.option().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException("unknown option: " + name + "; there are "
            + Arrays.stream(Folder.values())
                .map(Folder::option)
                .collect(Collectors.joining(", "))));
    if (equals < 0 && !rest.hasNext()) {
      throw new UsageException(name + " needs a folder");
    }
    String value = equals < 0 ? rest.next() : word.substring(equals + 1);
    folders.put(folder, Path.of(value).toAbsolutePath().normalize());
  }

  private static Layout layout(Layout usual, Map<Folder, Path> chosen) {
    return new Layout(
        chosen.getOrDefault(Folder.CONF, usual.configuration()),
        chosen.getOrDefault(Folder.DATA, usual.data()),
        chosen.getOrDefault(Folder.LOGS, usual.logs()),
        chosen.getOrDefault(Folder.PLUGINS, usual.plugins()));
  }
}
