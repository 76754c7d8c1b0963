package org.mansio.server.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second server off the same data: a lock on {@code data/mansio.pid}, which holds the process id while the server
 * runs and is empty afterwards. The operating system gives the lock up with the process, however it ends. The file is
 * never deleted: a lock on a deleted file would keep nobody out.
 */
final class DataFolderLock implements AutoCloseable {
  static final String FILE = "mansio.pid";

  private final FileChannel channel;

  private DataFolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made when it doesn't exist.
   *
   * @throws InUseException when another server works on it
   * @throws IOException when it can't be written to
   */
  static DataFolderLock take(Path data) throws IOException, InUseException {
    Files.createDirectories(data);
    Path file = data.resolve(FILE);
    FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (lock(channel)) {
        DataFolderLock taken = new DataFolderLock(channel);
        taken.write(ProcessHandle.current().pid() + "\n");
        return taken;
      }
      String owner = Files.readString(file).strip();
      throw new InUseException("another server works on " + data
          + (owner.isEmpty() ? "" : ", process " + owner)
          + "; stop it first, or give this one a data folder of its own with --data");
    } catch (IOException | InUseException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held within this JVM.
    }
  }

  private void write(String text) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      write("");
    }
  }

  /** Another server has the folder; the message names it. */
  static final class InUseException extends Exception {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
      super(message);
    }
  }
}
