package org.mansio.queue.outgoing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The destinations that an operator has paused, in a file of one name a line below the queue's directory. The file is
 * written beside itself, synced and renamed, so that at a crash it is the one or the other. Not in the log: it belongs to
 * this node, whose operator it was, and a log's records come and go with mail. Thread-safe.
 */
public final class PausedDestinations {
  private static final String FILE = "paused-destinations";

  private final Path directory;
  private volatile Set<String> names = Set.of();

  /** @param directory of the queue; exists by the time of {@link #open} */
  public PausedDestinations(Path directory) {
    this.directory = directory;
  }

  /** Reads what the last run left. */
  public synchronized void open() throws IOException {
    try {
      names = Files.readAllLines(directory.resolve(FILE)).stream()
          .filter(line -> !line.isBlank())
          .collect(Collectors.toUnmodifiableSet());
    } catch (NoSuchFileException e) {
      names = Set.of();
    }
  }

  /** The names in lower case, in order. */
  SortedSet<String> names() {
    return new TreeSet<>(names);
  }

  boolean isPaused(Lane lane) {
    Set<String> now = names;
    return !now.isEmpty()
        && (now.contains(lane.name.toLowerCase(Locale.ROOT))
            || now.contains(lane.destination.toLowerCase(Locale.ROOT)));
  }

  /** @return false when it was there already */
  boolean add(String name) throws IOException {
    return change(name, true);
  }

  /** @return false when it wasn't there */
  boolean remove(String name) throws IOException {
    return change(name, false);
  }

  private synchronized boolean change(String name, boolean wanted) throws IOException {
    String key = name.strip().toLowerCase(Locale.ROOT);
    if (key.isEmpty() || key.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("not a destination: '" + name + "'");
    }
    Set<String> changed = new TreeSet<>(names);
    if (!(wanted ? changed.add(key) : changed.remove(key))) {
      return false;
    }
    write(changed);
    names = Set.copyOf(changed);
    return true;
  }

  private void write(Set<String> changed) throws IOException {
    Path next = directory.resolve(FILE + ".new");
    Files.write(next, changed, StandardCharsets.UTF_8);
    try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
