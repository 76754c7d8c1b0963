package org.mansio.server.admin.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.PluginView;
import org.mansio.server.admin.PluginsMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mansioctl plugins}. */
@Command(name = "plugins", description = "Lists plugins and what they contribute.")
final class PluginsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private JsonOption format = new JsonOption();

  PluginsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<PluginView> plugins = session.operations(PluginsMXBean.class).list();
    Table table = new Table("NAME", "VERSION", "SPI", "SOURCE", "CONTRIBUTES");
    return session.print(
        format.json,
        plugins,
        table,
        p -> table.row(
            p.name(),
            p.version(),
            p.spiVersion(),
            p.source(),
            String.join(", ", p.contributions())));
  }
}
