package org.mansio.server.admin.cli;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.mansio.server.admin.PluginView;
import org.mansio.server.admin.PluginsMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mansioctl plugins}. */
@Command(
    name = "plugins",
    description = {
      "Lists plugins and how much they contribute; with NAME, all that this one contributes."
    })
final class PluginsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = "")
  private String name = "";

  @Mixin
  private JsonOption format = new JsonOption();

  PluginsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<PluginView> all = session.operations(PluginsMXBean.class).list();
    if (name.isEmpty()) {
      Table table = new Table("NAME", "VERSION", "SPI", "SOURCE", "CONTRIBUTES");
      return session.print(
          format.json,
          all,
          table,
          p -> table.row(
              p.name(), p.version(), p.spiVersion(), p.source(), summary(p.contributions())));
    }
    List<PluginView> named =
        all.stream().filter(p -> p.name().equalsIgnoreCase(name)).toList();
    if (named.isEmpty()) {
      throw new NoSuchElementException("no plugin is called '" + name + "'");
    }
    Table table = new Table("CONTRIBUTES");
    return session.print(format.json, named, table, p -> p.contributions().forEach(table::row));
  }

  /** {@code mailet Stamp} as it is, {@code 30 mailets} where there are several of a kind. */
  private static String summary(List<String> contributions) {
    Map<String, List<String>> kinds = contributions.stream()
        .collect(Collectors.groupingBy(PluginsCommand::kind, TreeMap::new, Collectors.toList()));
    return kinds.entrySet().stream()
        .map(kind -> kind.getValue().size() == 1
            ? kind.getValue().getFirst()
            : kind.getValue().size() + " " + kind.getKey() + "s")
        .collect(Collectors.joining(", "));
  }

  /** All but the last word, which is the name. */
  private static String kind(String contribution) {
    int blank = contribution.lastIndexOf(' ');
    return blank < 0 ? contribution : contribution.substring(0, blank);
  }
}
