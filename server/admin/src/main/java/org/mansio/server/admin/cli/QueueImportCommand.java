package org.mansio.server.admin.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.QueueFilesMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mansioctl queue import}. */
@Command(
    name = "import",
    description = {
      "Takes in mail that was exported, each durably; prints its queue id when it is.",
      "The files stay. It goes through the chain as new mail, unless --keep is given."
    })
final class QueueImportCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files named *.eml with their envelopes, or folders of them.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--keep",
      description = "Puts it back where it was, with its queue id, arrival and attempts.")
  private boolean keep;

  QueueImportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.eml")) {
          files.forEach(this::take);
        }
      } else {
        take(path);
      }
    }
    return ExitCodes.OK;
  }

  private void take(Path file) {
    String absolute = file.toAbsolutePath().normalize().toString();
    session.out().println(session.operations(QueueFilesMXBean.class).importMail(absolute, keep));
  }
}
