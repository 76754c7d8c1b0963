package org.mansio.mailets.delivery.route;

import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many mails went today from each address in warm-up to each destination. A line in the file of the day tells of each
 * mail, so that a restart counts on; it is written without waiting for the disk: a kill of the process loses nothing, a
 * power failure the last seconds. A disk that refuses is logged, and the counts go on in memory. The files of other days are
 * deleted. Memory and file are bounded by the quotas of the day. Opened at first use. Thread-safe.
 */
public final class SentCounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SentCounts.class);
  private static final String SUFFIX = ".sent";

  private final Path folder;
  private final Clock clock;
  private final Map<Key, Integer> counts = new HashMap<>();
  private LocalDate day = LocalDate.MIN;
  private Optional<Writer> file = Optional.empty();
  private boolean failing;

  private record Key(String address, String destination) {}

  /** @param folder for its files alone; made when it isn't there */
  public SentCounts(Path folder) {
    this(folder, Clock.systemUTC());
  }

  SentCounts(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Counts one mail more, if the address has not used up its quota for the destination. */
  synchronized boolean take(SourceAddress source, String destination) {
    if (source.warmUp().isEmpty()) {
      return true;
    }
    LocalDate today = LocalDate.now(clock);
    var quota = source.warmUp().get().quota(today);
    if (quota.isEmpty()) {
      return true;
    }
    begin(today);
    Key key = key(source.address(), destination);
    int sent = counts.getOrDefault(key, 0);
    if (sent >= quota.getAsInt()) {
      return false;
    }
    counts.put(key, sent + 1);
    return true;
  }

  /** What was taken went: it stays counted over a restart. */
  synchronized void sent(SourceAddress source, String destination) {
    if (isCounted(source)) {
      append(key(source.address(), destination));
    }
  }

  /** What was taken did not go. */
  synchronized void giveBack(SourceAddress source, String destination) {
    if (isCounted(source)) {
      counts.computeIfPresent(
          key(source.address(), destination), (key, count) -> count > 1 ? count - 1 : null);
    }
  }

  private boolean isCounted(SourceAddress source) {
    return source
        .warmUp()
        .flatMap(warmUp -> warmUp.quota(day).stream().boxed().findFirst())
        .isPresent();
  }

  private static Key key(InetAddress address, String destination) {
    return new Key(address.getHostAddress(), destination);
  }

  private void begin(LocalDate today) {
    if (today.equals(day)) {
      return;
    }
    closeFile();
    counts.clear();
    day = today;
    Path path = folder.resolve(today + SUFFIX);
    try {
      Files.createDirectories(folder);
      try (Stream<Path> others = Files.list(folder)) {
        for (Path other : others.filter(p -> p.toString().endsWith(SUFFIX)).toList()) {
          if (!other.equals(path)) {
            Files.delete(other);
          }
        }
      }
      if (Files.exists(path)) {
        try (Stream<String> lines = Files.lines(path, StandardCharsets.UTF_8)) {
          lines.forEach(this::count);
        }
      }
      file = Optional.of(Files.newBufferedWriter(
          path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      failing = false;
    } catch (IOException | java.io.UncheckedIOException e) {
      failed(path, e);
    }
  }

  /** A line that a crash cut off, or that isn't ours, counts for nothing. */
  private void count(String line) {
    int space = line.indexOf(' ');
    if (space > 0 && line.endsWith(";")) {
      counts.merge(
          new Key(line.substring(0, space), line.substring(space + 1, line.length() - 1)),
          1,
          Integer::sum);
    }
  }

  private void append(Key key) {
    if (file.isEmpty()) {
      return;
    }
    try {
      file.get().write(key.address() + " " + key.destination() + ";\n");
      file.get().flush();
      failing = false;
    } catch (IOException e) {
      failed(folder, e);
    }
  }

  private void failed(Path path, Exception e) {
    if (!failing) {
      failing = true;
      LOG.error("{} can't be used: a restart forgets how many mails went today", path, e);
    }
  }

  private void closeFile() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      failed(folder, e);
    }
    file = Optional.empty();
  }

  @Override
  public synchronized void close() {
    closeFile();
    day = LocalDate.MIN;
  }
}
