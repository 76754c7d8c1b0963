package org.mansio.server.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.mansio.spi.mail.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Maildir: an inbox or a folder, with {@code tmp}, {@code new} and {@code cur}.
 *
 * @param path the directory that holds the three
 */
record Maildir(Path path) {
  /** By the Maildir convention, what lies in tmp for so long is of a delivery that died. */
  static final Duration TMP_AGE = Duration.ofHours(36);

  private static final Logger LOG = LoggerFactory.getLogger(Maildir.class);
  private static final String FOLDER_MARK = "maildirfolder";

  Path fresh() {
    return path.resolve("new");
  }

  Path current() {
    return path.resolve("cur");
  }

  Path temporary() {
    return path.resolve("tmp");
  }

  boolean exists() {
    return Files.isDirectory(temporary());
  }

  /**
   * Makes it, on stable storage. tmp comes last, after everything above is synced: a delivery that finds tmp may rely on
   * the rest.
   *
   * @param folder whether it is a folder within another Maildir
   */
  void create(boolean folder) throws IOException {
    Disk.createDirectories(path);
    Disk.createDirectory(fresh());
    Disk.createDirectory(current());
    if (folder && !Files.exists(path.resolve(FOLDER_MARK))) {
      Disk.write(path.resolve(FOLDER_MARK), Content.of(new byte[0]));
    }
    Disk.sync(path);
    Disk.createDirectory(temporary());
  }

  /**
   * Stores a message: tmp, sync, rename to new, sync of new. Nothing is left in tmp when it fails.
   *
   * @throws NoSuchFileException when the Maildir doesn't exist
   */
  void store(MessageName name, Content content) throws IOException {
    Path written = temporary().resolve(name.base());
    try {
      Disk.write(written, content);
      Files.move(written, fresh().resolve(name.base()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      discard(written, e);
      throw e;
    }
    Disk.sync(fresh());
  }

  private static void discard(Path file, Exception reason) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** Files of messages, oldest first. */
  List<Path> messages() throws IOException {
    List<Path> files = new ArrayList<>();
    forEachMessage(files::add);
    files.sort(
        Comparator.<Path>comparingLong(file -> MessageName.parse(fileName(file)).time())
            .thenComparing(Maildir::fileName));
    return files;
  }

  /** Every file in new and cur, in no order; none when there is no Maildir. */
  void forEachMessage(Consumer<Path> action) throws IOException {
    for (Path directory : List.of(fresh(), current())) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(directory, file -> !fileName(file).startsWith("."))) {
        files.forEach(action);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      } catch (NoSuchFileException | NotDirectoryException e) {
        LOG.trace("no {}", directory);
      }
    }
  }

  /** The Maildir++ folders within an inbox, in no order; none when there is no inbox. */
  List<Maildir> folders() throws IOException {
    List<Maildir> folders = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(path, ".*")) {
      directories.forEach(directory -> folders.add(new Maildir(directory)));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      LOG.trace("no {}", path);
    }
    return folders;
  }

  /** Removes what dead deliveries left in tmp. */
  void removeLeftovers(Instant now) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary())) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TMP_AGE))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      LOG.trace("gone meanwhile: {}", e.getFile());
    }
  }

  static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
