package org.mansio.server.admin.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.ReloadResult;
import org.mansio.server.admin.ServerMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mansioctl reload}. */
@Command(
    name = "reload",
    description =
        "Reads the configuration again and puts in force what needs no restart; exits 65 when it is wrong.")
final class ReloadCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private JsonOption format = new JsonOption();

  ReloadCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<ReloadResult> results = session.operations(ServerMXBean.class).reload();
    if (format.json) {
      session.print(true, results, new Table(), r -> {});
    } else {
      // Not a table: a refusal has a line for each error.
      results.forEach(r -> session.out().println(r.part() + ": " + r.text()));
    }
    return results.stream().allMatch(ReloadResult::reloaded) ? ExitCodes.OK : ExitCodes.DATA;
  }
}
