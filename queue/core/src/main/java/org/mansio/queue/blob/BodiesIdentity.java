package org.mansio.queue.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name of a place for bodies, in a file of it that whoever comes first makes. All who come at once end up with the same:
 * the file appears whole by a link, or where there are no links it is made by the one who is first to create it, and is whole
 * when its line is ended. Thread-safe, also among processes.
 */
final class BodiesIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(BodiesIdentity.class);
  private static final String END = "\n";

  /** Who creates the file writes its line in one go; one that is cut off for so long belongs to one that died. */
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(20);

  private final Path folder;
  private final Link link;

  /** Makes a further name for a file. */
  @FunctionalInterface
  interface Link {
    void make(Path name, Path file) throws IOException;
  }

  BodiesIdentity(Path folder) {
    this(folder, Files::createLink);
  }

  BodiesIdentity(Path folder, Link link) {
    this.folder = folder;
    this.link = link;
  }

  /** The name; made when there is none. @throws IOException also when the file is cut off */
  String read() throws IOException {
    Path file = folder.resolve("identity");
    if (!Files.exists(file)) {
      make(file);
    }
    return whole(file).strip();
  }

  private void make(Path file) throws IOException {
    Path draft = folder.resolve(UUID.randomUUID() + BlobFiles.PART);
    try {
      Files.writeString(draft, UUID.randomUUID() + END);
      sync(draft);
      try {
        link.make(file, draft);
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        throw e;
      } catch (FileSystemException | UnsupportedOperationException e) {
        LOG.debug("No links here: {}", e.getMessage());
        Files.writeString(
            file, Files.readString(draft), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        sync(file);
      }
      sync(folder);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("Another server was first to name the bodies' place");
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static String whole(Path file) throws IOException {
    long end = System.nanoTime() + WHOLE.toNanos();
    String text = Files.readString(file);
    while (!text.endsWith(END)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            file + " is cut off: a server died as it made it. Delete it if no server runs");
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while another server writes " + file, e);
      }
      text = Files.readString(file);
    }
    return text;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
