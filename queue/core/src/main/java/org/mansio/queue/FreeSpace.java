package org.mansio.queue;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many octets the queue's disk can still take. */
@FunctionalInterface
public interface FreeSpace {
  /** @throws IOException when it can't be told */
  long octets() throws IOException;

  /** Of the file system that a directory lies on; the directory must exist by the first question. */
  static FreeSpace of(Path directory) {
    return () -> {
      FileStore store = Files.getFileStore(directory);
      return store.getUsableSpace();
    };
  }
}
