package org.mansio.server.kernel.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the trace: a new one when the last is full, the oldest deleted when they are too many or too old. Written
 * by one thread, listed by any.
 */
final class TraceSegments {
  private static final Pattern NAME = Pattern.compile("trace-([0-9]{13,19})\\.log");

  private final Path folder;
  private final long maxSize;
  private final long segmentSize;
  private final Duration maxAge;
  private final Clock clock;

  private @Nullable FileChannel current;
  private long written;
  private long lastStart;

  /** A file and the time of its begin, which no event in it precedes by more than a moment. */
  record Segment(Path file, Instant begun) {}

  TraceSegments(Path folder, long maxSize, long segmentSize, Duration maxAge, Clock clock) {
    this.folder = folder;
    this.maxSize = maxSize;
    this.segmentSize = Math.min(segmentSize, maxSize);
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /** Appends whole lines. */
  void append(ByteBuffer lines) throws IOException {
    FileChannel channel = current;
    if (channel == null || written >= segmentSize) {
      channel = next();
    }
    written += lines.remaining();
    while (lines.hasRemaining()) {
      channel.write(lines);
    }
  }

  private FileChannel next() throws IOException {
    close();
    Files.createDirectories(folder);
    lastStart = Math.max(lastStart + 1, clock.millis());
    FileChannel channel = FileChannel.open(
        folder.resolve("trace-" + lastStart + ".log"),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    current = channel;
    written = channel.size();
    deleteOld();
    return channel;
  }

  private void deleteOld() throws IOException {
    List<Segment> segments = list();
    Instant oldest = clock.instant().minus(maxAge);
    long total = segmentSize;
    for (int i = segments.size() - 2; i >= 0; i--) {
      Path file = segments.get(i).file();
      total += Files.size(file);
      // Its last event is older than the begin of the next.
      if (total > maxSize || segments.get(i + 1).begun().isBefore(oldest)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Oldest first. */
  List<Segment> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(TraceSegments::segment)
          .flatMap(java.util.Optional::stream)
          .sorted(java.util.Comparator.comparing(Segment::begun))
          .toList();
    }
  }

  private static java.util.Optional<Segment> segment(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches()
        ? java.util.Optional.of(
            new Segment(file, Instant.ofEpochMilli(Long.parseLong(name.group(1)))))
        : java.util.Optional.empty();
  }

  void close() throws IOException {
    FileChannel channel = current;
    current = null;
    if (channel != null) {
      channel.close();
    }
  }
}
