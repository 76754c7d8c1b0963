package org.mansio.queue.activemq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder that a queue works in. */
public final class FilesBelow {
  private FilesBelow() {}

  /** The regular files, sorted. Looks again when one goes while it is looked at. */
  public static List<Path> of(Path folder) throws IOException {
    while (true) {
      try (Stream<Path> tree = Files.walk(folder)) {
        return tree.filter(Files::isRegularFile).sorted().toList();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e.getCause();
        }
      }
    }
  }
}
