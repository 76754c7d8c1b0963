package org.mansio.server.admin.cli;

import java.io.IOException;
import java.util.List;
import org.mansio.server.admin.UsersMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mansioctl user}. Passwords come on standard input: an argument would stand in the process list. */
@Command(name = "user", description = "Local users.")
final class UserCommands {
  private final Session session;

  UserCommands(Session session) {
    this.session = session;
  }

  private UsersMXBean users() {
    return session.operations(UsersMXBean.class);
  }

  @Command(
      name = "add",
      description = "Adds a user; the password is the first line of standard input.")
  int add(@Parameters(paramLabel = "ADDRESS") String address) throws IOException {
    users().add(address, session.password());
    return ExitCodes.OK;
  }

  @Command(
      name = "passwd",
      description = "Sets a password; it is the first line of standard input.")
  int passwd(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(
              names = "--legacy-secrets",
              description =
                  "Also keep it, encrypted, for CRAM-MD5, DIGEST-MD5 and NTLM; without this option a password"
                      + " that was kept is forgotten.")
          boolean legacySecrets)
      throws IOException {
    String password = session.password();
    if (legacySecrets) {
      users().setPasswordAndLegacySecrets(address, password);
    } else {
      users().setPassword(address, password);
    }
    return ExitCodes.OK;
  }

  @Command(name = "remove", description = "Removes a user; the stored mail stays.")
  int remove(@Parameters(paramLabel = "ADDRESS") String address) {
    users().remove(address);
    return ExitCodes.OK;
  }

  @Command(name = "list", description = "Lists users, of one domain or of all.")
  int list(
      @Parameters(paramLabel = "DOMAIN", arity = "0..1", defaultValue = "") String positional,
      @Option(names = "--domain", paramLabel = "DOMAIN", defaultValue = "", hidden = true)
          String option,
      @Mixin JsonOption format) {
    List<String> all = users().list(positional.isEmpty() ? option : positional);
    Table table = new Table("USER");
    return session.print(format.json, all, table, table::row);
  }
}
