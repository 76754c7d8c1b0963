package org.mansio.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.Content;

/** Files and directories that survive power loss, and that nobody else may read. */
final class Disk {
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int BUFFER = 1 << 16;

  private Disk() {}

  /** Makes a directory and those above it, each entry on stable storage; does nothing where one exists. */
  static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    createDirectory(directory);
    if (parent != null) {
      sync(parent);
    }
  }

  /** Makes one directory, not yet synced; does nothing when it exists. */
  static void createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  /** Brings a directory's entries to stable storage. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes a new file and brings its octets to stable storage; its directory entry isn't yet.
   *
   * @throws IOException also when the content is shorter or longer than it said
   */
  static void write(Path file, Content content) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel out = FileChannel.open(file, options, PRIVATE_FILE)) {
      copy(content, out);
      if (out.position() != content.size()) {
        throw new IOException(
            "message has " + out.position() + " octets instead of " + content.size());
      }
      out.force(true);
    }
  }

  private static void copy(Content content, FileChannel out) throws IOException {
    Optional<byte[]> memory = content.inMemory();
    if (memory.isPresent()) {
      writeAll(out, ByteBuffer.wrap(memory.get()));
      return;
    }
    Optional<Path> source = content.file();
    if (source.isPresent()) {
      try (FileChannel in = FileChannel.open(source.get(), StandardOpenOption.READ)) {
        long at = 0;
        for (long moved = 1; moved > 0; at += moved) {
          moved = in.transferTo(at, Long.MAX_VALUE - at, out);
        }
      }
      return;
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = content.open()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        writeAll(out, ByteBuffer.wrap(buffer, 0, read));
      }
    }
  }

  private static void writeAll(FileChannel out, ByteBuffer octets) throws IOException {
    while (octets.hasRemaining()) {
      out.write(octets);
    }
  }
}
