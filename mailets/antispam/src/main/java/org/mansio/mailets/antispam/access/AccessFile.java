package org.mansio.mailets.antispam.access;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.mansio.spi.settings.InvalidSettingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules in the configuration and in a file behind them, read again when the file has changed. A file that can't be used
 * leaves the rules as they were. Thread-safe.
 */
final class AccessFile {
  private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);

  /** Some ten times the largest lists in use; a larger file is a mistake. */
  private static final long MAX_SIZE = 64L << 20;

  private final List<AccessRule> inline;
  private final Optional<Path> file;
  private final long lookEvery;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile AccessRules rules;
  // Guarded by the lock.
  private Stamp read = Stamp.NONE;
  private long lookedAt = System.nanoTime();

  /** What a change of the file changes. */
  private record Stamp(FileTime modified, long size) {
    static final Stamp NONE = new Stamp(FileTime.fromMillis(0), -1);

    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size());
    }
  }

  /**
   * Reads the rules for the first time.
   *
   * @param lookEvery how often at most the file is looked at
   * @throws InvalidSettingException when the file can't be used
   */
  AccessFile(List<AccessRule> inline, Optional<Path> file, Duration lookEvery)
      throws InvalidSettingException {
    this.inline = List.copyOf(inline);
    this.file = file;
    this.lookEvery = lookEvery.toNanos();
    if (file.isPresent()) {
      try {
        this.read = Stamp.of(file.get());
        this.rules = readAll(file.get());
      } catch (IOException e) {
        throw new InvalidSettingException(explain(file.get(), e));
      }
    } else {
      this.rules = AccessRules.of(inline);
    }
  }

  /** The rules in force. */
  AccessRules rules() {
    if (file.isPresent() && looking.tryLock()) {
      try {
        look(file.get());
      } finally {
        looking.unlock();
      }
    }
    return rules;
  }

  private void look(Path path) {
    long now = System.nanoTime();
    if (now - lookedAt < lookEvery) {
      return;
    }
    lookedAt = now;
    try {
      Stamp stamp = Stamp.of(path);
      if (!stamp.equals(read)) {
        read = stamp;
        rules = readAll(path);
        LOG.info("Access list {} read again", path);
      }
    } catch (IOException e) {
      if (!read.equals(Stamp.NONE)) {
        read = Stamp.NONE;
        LOG.error("The access list stays as it was: {}", explain(path, e));
      }
    } catch (InvalidSettingException e) {
      LOG.error("The access list stays as it was: {}", e.getMessage());
    }
  }

  private AccessRules readAll(Path path) throws IOException, InvalidSettingException {
    if (Files.size(path) > MAX_SIZE) {
      throw new InvalidSettingException(path + " is larger than " + MAX_SIZE + " octets");
    }
    List<AccessRule> all = new ArrayList<>(inline);
    all.addAll(
        AccessRules.parse(Files.readAllLines(path), path.getFileName().toString(), inline.size()));
    return AccessRules.of(all);
  }

  private static String explain(Path path, IOException e) {
    return switch (e) {
      case NoSuchFileException ignored -> path + " doesn't exist";
      case MalformedInputException ignored -> path + " isn't UTF-8";
      default -> path + " can't be read: " + e;
    };
  }
}
