package org.mansio.server.admin.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mansio.server.admin.QueueFilesMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mansioctl queue export}. */
@Command(
    name = "export",
    description = {
      "Writes copies of mail into a folder: the message (.eml) and its envelope (.json).",
      "The mail stays in the queue; hold it before, and remove it after, to move it elsewhere."
    })
final class QueueExportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private QueueSelection which = new QueueSelection();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The folder; made when it isn't there.")
  private Path folder = Path.of("");

  QueueExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    long count = session
        .operations(QueueFilesMXBean.class)
        .export(which.conditions(), folder.toAbsolutePath().normalize().toString());
    session.out().println(count + " exported");
    return ExitCodes.OK;
  }
}
