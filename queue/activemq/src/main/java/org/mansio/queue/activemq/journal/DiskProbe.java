package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Tells whether a disk takes writes, at the cost of one. */
@FunctionalInterface
interface DiskProbe {
  /** @throws IOException when it doesn't */
  void write() throws IOException;

  /** Writes, syncs and deletes a file in a directory, as long as what the journal writes at one go. */
  static DiskProbe in(Path directory) {
    Path file = directory.resolve("probe");
    return () -> {
      try (FileChannel channel = FileChannel.open(
          file,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE)) {
        ByteBuffer octets = ByteBuffer.allocate(JournalStarter.BATCH_OCTETS);
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        channel.force(true);
      } finally {
        Files.deleteIfExists(file);
      }
    };
  }
}
