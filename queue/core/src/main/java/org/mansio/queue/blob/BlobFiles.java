package org.mansio.queue.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of blobs: {@code blobs/<first two digits>/<uuid>}, and {@code incoming/} for what is being written. A blob comes
 * to be by a sync of the file, a rename and a sync of its folder, in that order, so that a name that exists is a blob that
 * is whole. Thread-safe.
 */
final class BlobFiles {
  private static final Logger LOG = LoggerFactory.getLogger(BlobFiles.class);
  private static final int FAN_OUT_DIGITS = 2;

  /** Of a file among the blobs that is half written, or not yet named. */
  static final String PART = ".part";

  private final Path blobs;
  private final Path incoming;

  /** What to do with a file that was there at the opening. */
  @FunctionalInterface
  interface Finder {
    void found(Path file) throws IOException;
  }

  /**
   * @param directory for what arrives
   * @param bodies where the blobs lie
   */
  BlobFiles(Path directory, Path bodies) {
    this.blobs = bodies.resolve("blobs");
    this.incoming = directory.resolve("incoming");
  }

  /** Makes the folders, deletes what was being written at the last stop and shows what is there. */
  void open(Finder finder) throws IOException {
    Files.createDirectories(incoming);
    Files.createDirectories(blobs);
    for (Path rest : children(incoming)) {
      Files.deleteIfExists(rest);
    }
    for (int i = 0; i < 1 << 4 * FAN_OUT_DIGITS; i++) {
      Path folder = blobs.resolve(String.format("%02x", i));
      Files.createDirectories(folder);
      for (Path file : children(folder)) {
        finder.found(file);
      }
    }
    sync(blobs);
  }

  /** The folder of all. */
  Path folder() {
    return blobs;
  }

  Path path(String name) {
    return folderOf(name).resolve(name);
  }

  /** A name for octets that are still arriving; the file is made by whoever writes it. */
  Path newIncoming() {
    return incoming.resolve(UUID.randomUUID().toString());
  }

  /** Moves an incoming file among the blobs; {@link #syncName} or {@link #syncNames} follows. @return its name */
  String moveIn(Path incomingFile) throws IOException {
    sync(incomingFile);
    String name = incomingFile.getFileName().toString();
    Path target = path(name);
    try {
      Files.move(incomingFile, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // The blobs are on another file system than what arrives.
      Path draft = target.resolveSibling(name + PART);
      try {
        Files.copy(incomingFile, draft);
        sync(draft);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException failure) {
        Files.deleteIfExists(draft);
        throw failure;
      }
      Files.delete(incomingFile);
    }
    return name;
  }

  /** Brings a blob's name to stable storage. @throws IOException when that isn't possible; the blob is gone then */
  void syncName(String name) throws IOException {
    try {
      sync(folderOf(name));
    } catch (IOException e) {
      // Nothing will refer to it, and the disk may be full.
      Files.deleteIfExists(path(name));
      throw e;
    }
  }

  void syncNames(Collection<String> names) throws IOException {
    // The first of them mostly takes the others along: a file system writes all that changed in one
    // go.
    for (Path folder : names.stream().map(this::folderOf).collect(Collectors.toSet())) {
      sync(folder);
    }
  }

  /** Gives a blob a further name, by a link where the file system has them, by a copy elsewhere. */
  void link(String from, String to) throws IOException {
    Path target = path(to);
    Path draft = target.resolveSibling(UUID.randomUUID() + PART);
    copyOrLink(path(from), draft);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    // Renaming a link over another one of the same file leaves both.
    Files.deleteIfExists(draft);
  }

  private static void copyOrLink(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      LOG.debug("No links here, so a copy is made: {}", e.getMessage());
      Files.copy(from, to);
      sync(to);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(path(name));
    } catch (IOException e) {
      LOG.warn(
          "Can't delete {}, which no mail refers to; the next start tries again", path(name), e);
    }
  }

  private Path folderOf(String name) {
    return blobs.resolve(name.substring(0, FAN_OUT_DIGITS));
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> result = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(result::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return result;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
