package org.mansio.server.admin.cli;

import java.util.List;
import org.mansio.server.admin.LoginLock;
import org.mansio.server.admin.LoginsMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mansioctl auth}. */
@Command(name = "auth", description = "Failed logins.")
final class AuthCommands {
  private final Session session;

  AuthCommands(Session session) {
    this.session = session;
  }

  private LoginsMXBean logins() {
    return session.operations(LoginsMXBean.class);
  }

  @Command(
      name = "locks",
      description = "Lists addresses and names that are shut out after failed logins.")
  int locks(
      @Option(names = "--all", description = "Also those with failures that aren't shut out.")
          boolean all,
      @Mixin JsonOption format) {
    List<LoginLock> locks = all ? logins().failures() : logins().locks();
    Table table = new Table("KIND", "SUBJECT", "FAILURES", "LAST", "LOCKED UNTIL");
    return session.print(
        format.json,
        locks,
        table,
        l -> table.row(
            l.kind(),
            l.subject(),
            l.failures(),
            Moments.seconds(l.last()),
            Moments.seconds(l.lockedUntil())));
  }

  @Command(
      name = "unlock",
      description = "Lets an address or a name in again and forgets its failures.")
  int unlock(@Parameters(paramLabel = "SUBJECT") String subject) {
    logins().unlock(subject);
    return ExitCodes.OK;
  }
}
