package org.mansio.server.admin.cli;

import java.util.List;
import org.mansio.server.admin.LogLevel;
import org.mansio.server.admin.LogMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mansioctl log}. */
@Command(name = "log", description = "What the server logs.")
final class LogCommands {
  private final Session session;

  LogCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "level",
      description = {
        "Shows the levels that are set, or sets one until the server stops.",
        "'log level debug' means all loggers, 'log level org.mansio.queue debug' one and those below."
      })
  int level(
      @Parameters(paramLabel = "LOGGER", arity = "0..1", defaultValue = "") String first,
      @Parameters(paramLabel = "LEVEL", arity = "0..1", defaultValue = "") String second,
      @Mixin JsonOption format) {
    LogMXBean log = session.operations(LogMXBean.class);
    if (second.isEmpty() && first.contains(".")) {
      throw new IllegalArgumentException("no level is named behind the logger " + first);
    }
    if (!first.isEmpty()) {
      log.setLevel(second.isEmpty() ? "ROOT" : first, second.isEmpty() ? first : second);
      return ExitCodes.OK;
    }
    List<LogLevel> levels = log.levels();
    Table table = new Table("LOGGER", "LEVEL");
    return session.print(format.json, levels, table, l -> table.row(l.logger(), l.level()));
  }
}
