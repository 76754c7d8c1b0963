package org.mansio.server.admin.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.mansio.server.admin.ChainMXBean;
import org.mansio.server.admin.ChainStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mansioctl chain}. */
@Command(name = "chain", description = "The chain of mailets.")
final class ChainCommands {
  private final Session session;

  ChainCommands(Session session) {
    this.session = session;
  }

  @Command(name = "show", description = "Shows the chain in force.")
  int show(@Mixin JsonOption format) {
    List<ChainStep> steps = session.operations(ChainMXBean.class).show();
    Table table = new Table("PROCESSOR", "POS", "CONDITION", "MAILET", "SETTINGS");
    return session.print(
        format.json,
        steps,
        table,
        s -> table.row(s.processor(), s.position(), s.condition(), s.mailet(), settings(s)));
  }

  private static String settings(ChainStep step) {
    return step.settings().entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }
}
