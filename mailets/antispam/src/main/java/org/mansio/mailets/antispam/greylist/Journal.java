package org.mansio.mailets.antispam.greylist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of what was learnt, each record appended as it comes. Nothing waits for the disk: a kill of the process loses
 * nothing, a power failure the last seconds, which costs somebody one more attempt. A disk that refuses is logged, and
 * everything goes on in memory. Not thread-safe.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  /** Kind, fingerprint, time, count. */
  static final int RECORD = 1 + 2 * Long.BYTES + Long.BYTES + Integer.BYTES;

  private final Path file;
  private Optional<FileChannel> channel = Optional.empty();
  private boolean failing;
  private long records;

  Journal(Path file) {
    this.file = file;
  }

  /** What a record is about. */
  enum Kind {
    /** First attempt of a triplet. */
    SEEN,
    /** A triplet that came again in time. */
    PASSED,
    /** A network, with how many of its triplets came again. */
    NETWORK
  }

  /** @param at milliseconds since 1970 */
  record Line(Kind kind, Fingerprint key, long at, int count) {}

  /** Reads all there is; an incomplete record at the end, left by a crash, is cut off. */
  void read(Consumer<Line> lines) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (!Files.exists(file)) {
        return;
      }
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        while (true) {
          lines.accept(readLine(in));
          records++;
        }
      } catch (EOFException | ArrayIndexOutOfBoundsException e) {
        // The end; or what isn't a record, behind which nothing can be made out.
        cut();
      }
    } catch (IOException e) {
      LOG.error("{} can't be read; what was learnt before is forgotten", file, e);
    }
  }

  private static Line readLine(DataInputStream in) throws IOException {
    Kind kind = Kind.values()[in.readUnsignedByte()];
    return new Line(
        kind, new Fingerprint(in.readLong(), in.readLong()), in.readLong(), in.readInt());
  }

  private void cut() throws IOException {
    long whole = records * RECORD;
    if (Files.size(file) > whole) {
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
        out.truncate(whole);
      }
    }
  }

  /** Records in the file, also those that later ones have replaced. */
  long records() {
    return records;
  }

  void append(Line line) {
    try {
      write(open(), line);
      records++;
      failing = false;
    } catch (IOException e) {
      failed(e);
    }
  }

  private FileChannel open() throws IOException {
    if (channel.isEmpty()) {
      channel = Optional.of(FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }
    return channel.get();
  }

  private static void write(FileChannel out, Line line) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD)
        .put((byte) line.kind().ordinal())
        .putLong(line.key().high())
        .putLong(line.key().low())
        .putLong(line.at())
        .putInt(line.count())
        .flip();
    while (record.hasRemaining()) {
      out.write(record);
    }
  }

  /** Writes the file anew, with these alone. */
  void rewrite(Stream<Line> lines) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      long written = 0;
      try (FileChannel out = FileChannel.open(
          fresh,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        for (Line line : (Iterable<Line>) lines::iterator) {
          write(out, line);
          written++;
        }
        out.force(false);
      }
      if (channel.isPresent()) {
        channel.get().close();
        channel = Optional.empty();
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      records = written;
    } catch (IOException e) {
      failed(e);
    }
  }

  private void failed(IOException e) {
    if (!failing) {
      failing = true;
      LOG.error("{} can't be written; what is learnt is lost at a restart", file, e);
    }
  }
}
