package org.mansio.server.admin.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.HealthMXBean;
import org.mansio.server.admin.HealthStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mansioctl health}. */
@Command(
    name = "health",
    description = "Tells whether each component works; exits 1 when one doesn't.")
final class HealthCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private JsonOption format = new JsonOption();

  HealthCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<HealthStatus> components = session.operations(HealthMXBean.class).check();
    Table table = new Table("COMPONENT", "STATE", "REASON");
    session.print(
        format.json,
        components,
        table,
        c -> table.row(c.component(), c.up() ? "up" : "down", c.reason()));
    return components.stream().allMatch(HealthStatus::up) ? ExitCodes.OK : ExitCodes.UNHEALTHY;
  }
}
