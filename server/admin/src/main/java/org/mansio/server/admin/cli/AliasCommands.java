package org.mansio.server.admin.cli;

import java.util.List;
import org.mansio.server.admin.AliasView;
import org.mansio.server.admin.AliasesMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mansioctl alias}. */
@Command(
    name = "alias",
    description =
        "Other names, groups, forwards, domain aliases, catch-alls, patterns and refusals.")
final class AliasCommands {
  private static final String KINDS = "address, group, forward, domain, catch_all, regex or error";

  private final Session session;

  AliasCommands(Session session) {
    this.session = session;
  }

  private AliasesMXBean aliases() {
    return session.operations(AliasesMXBean.class);
  }

  @Command(
      name = "add",
      description = {
        "Adds lines from SOURCE to each TARGET.",
        "Without --kind: an address to one target is another name, to several a group, and a group",
        "that there is gets one more member;",
        "@domain to a domain is a domain alias, @domain to an address a catch-all."
      })
  int add(
      @Parameters(paramLabel = "SOURCE") String source,
      @Parameters(paramLabel = "TARGET", arity = "1..*") List<String> targets,
      @Option(names = "--kind", paramLabel = "KIND", defaultValue = "", description = KINDS)
          String kind) {
    String wanted =
        kind.isEmpty() && targets.size() > 1 && !source.startsWith("@") ? "group" : kind;
    for (String target : targets) {
      aliases().add(wanted, source, target);
    }
    return ExitCodes.OK;
  }

  @Command(name = "remove", description = "Removes the lines of SOURCE, or only those to TARGET.")
  int remove(
      @Parameters(paramLabel = "SOURCE") String source,
      @Parameters(paramLabel = "TARGET", arity = "0..1", defaultValue = "") String target,
      @Option(names = "--kind", paramLabel = "KIND", defaultValue = "", description = KINDS)
          String kind) {
    session.out().println(aliases().remove(kind, source, target) + " removed");
    return ExitCodes.OK;
  }

  @Command(
      name = "list",
      description = "Lists the lines whose source or target contains TEXT, or all.")
  int list(
      @Parameters(paramLabel = "TEXT", arity = "0..1", defaultValue = "") String text,
      @Mixin JsonOption format) {
    List<AliasView> all = aliases().list(text);
    Table table = new Table("KIND", "SOURCE", "TARGET");
    return session.print(format.json, all, table, a -> table.row(a.kind(), a.source(), a.target()));
  }
}
