package org.mansio.mailets.delivery.sts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies on the disk, a file for each domain, so that a restart forgets none (RFC 8461 §3.3); those used last in memory
 * too, but for large ones. A policy that can't be kept is fetched again, no more. Thread-safe.
 */
final class StsStore {
  /** Policies in memory at the most. */
  static final int MAX_IN_MEMORY = 5_000;

  /** Characters of a policy that is kept in memory. Most have a few hundred; a larger one is read again each time. */
  static final int MAX_TEXT_IN_MEMORY = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(StsStore.class);
  private static final Pattern SAFE = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private final Path folder;
  private final Map<String, Optional<Kept>> memory = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Optional<Kept>> eldest) {
      return size() > MAX_IN_MEMORY;
    }
  };

  /** @param id of the record that announced it */
  record Kept(StsPolicy policy, String id, Instant fetched) {
    boolean isValid(Instant now) {
      return now.isBefore(fetched.plus(policy.maxAge()));
    }

    private boolean isLarge() {
      return policy.text().length() > MAX_TEXT_IN_MEMORY;
    }
  }

  /** @param folder made when there is something to keep */
  StsStore(Path folder) {
    this.folder = folder;
  }

  /** The policy of a domain, whether it is valid still or not. @param domain lower case */
  Optional<Kept> find(String domain) {
    synchronized (memory) {
      Optional<Kept> known = memory.get(domain);
      if (known != null) {
        return known;
      }
    }
    Optional<Kept> read =
        SAFE.matcher(domain).matches() ? read(folder.resolve(domain)) : Optional.empty();
    if (read.filter(Kept::isLarge).isEmpty()) {
      synchronized (memory) {
        memory.putIfAbsent(domain, read);
      }
    }
    return read;
  }

  void keep(String domain, Kept kept) {
    synchronized (memory) {
      if (kept.isLarge()) {
        memory.remove(domain);
      } else {
        memory.put(domain, Optional.of(kept));
      }
    }
    if (!SAFE.matcher(domain).matches()) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "new", ".tmp");
      Files.writeString(
          fresh,
          kept.id() + " " + kept.fetched().getEpochSecond() + "\n"
              + kept.policy().text());
      Files.move(
          fresh,
          folder.resolve(domain),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("MTA-STS policy of {} can't be kept in {}: {}", domain, folder, e.toString());
    }
  }

  /** Takes away what isn't valid any more, and what a crash left half written. */
  void clean(Instant now) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (read(file).filter(kept -> kept.isValid(now)).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("old MTA-STS policies in {} can't be deleted: {}", folder, e.toString());
    }
  }

  private static Optional<Kept> read(Path file) {
    try {
      String[] parts = Files.readString(file).split("\n", 2);
      String[] head = parts[0].split(" ", 2);
      return Optional.of(new Kept(
          StsPolicy.parse(parts[1]), head[0], Instant.ofEpochSecond(Long.parseLong(head[1]))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException
        | StsException
        | NumberFormatException
        | ArrayIndexOutOfBoundsException e) {
      LOG.warn("MTA-STS policy in {} can't be read, it will be fetched: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
