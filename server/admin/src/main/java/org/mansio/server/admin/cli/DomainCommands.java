package org.mansio.server.admin.cli;

import java.util.List;
import org.mansio.server.admin.DomainsMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mansioctl domain}. */
@Command(
    name = "domain",
    description = "Local domains: mail for them is delivered here.",
    subcommandsRepeatable = false)
final class DomainCommands {
  private final Session session;

  DomainCommands(Session session) {
    this.session = session;
  }

  private DomainsMXBean domains() {
    return session.operations(DomainsMXBean.class);
  }

  @Command(name = "add", description = "Adds a domain.")
  int add(@Parameters(paramLabel = "DOMAIN") String domain) {
    domains().add(domain);
    return ExitCodes.OK;
  }

  @Command(name = "remove", description = "Removes a domain that has no users.")
  int remove(@Parameters(paramLabel = "DOMAIN") String domain) {
    domains().remove(domain);
    return ExitCodes.OK;
  }

  @Command(name = "list", description = "Lists all domains.")
  int list(@Mixin JsonOption format) {
    List<String> all = domains().list();
    Table table = new Table("DOMAIN");
    return session.print(format.json, all, table, table::row);
  }
}
