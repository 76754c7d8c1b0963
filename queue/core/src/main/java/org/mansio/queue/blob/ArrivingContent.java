package org.mansio.queue.blob;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message on its way in: in memory up to a threshold and as far as there is some for it, then in an incoming file. */
public final class ArrivingContent implements ContentWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ArrivingContent.class);
  // As many as there are sessions: small. What comes in larger pieces isn't buffered.
  private static final int FILE_BUFFER = 1 << 13;
  /** Taken without asking: next to nothing beside the session itself. */
  private static final int FIRST_BUFFER = 1 << 12;

  private static final byte[] NONE = {};

  private final BlobStore blobs;
  private final long memoryLimit;
  private final ArrivingMemory ofAll;
  private final Consumer<IOException> failures;
  private final Pieces memory = new Pieces();
  private @Nullable Path path;
  private @Nullable OutputStream file;
  private @Nullable Spilled spilled;
  private long size;
  private long room = FIRST_BUFFER;

  /**
   * An empty one.
   *
   * @param memoryLimit octets kept in memory at most
   * @param ofAll out of which they are taken
   * @param failures hears why the file can't be written, before the writer does
   */
  public ArrivingContent(
      BlobStore blobs, long memoryLimit, ArrivingMemory ofAll, Consumer<IOException> failures) {
    this.blobs = blobs;
    this.memoryLimit = memoryLimit;
    this.ofAll = ofAll;
    this.failures = failures;
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    try {
      add(octets, offset, length);
    } catch (IOException e) {
      failures.accept(e);
      throw e;
    }
  }

  private void add(byte[] octets, int offset, int length) throws IOException {
    if (file == null && (size + length > memoryLimit || !hasRoom(size + length))) {
      spill();
    }
    if (file == null) {
      memory.write(octets, offset, length);
    } else {
      file.write(octets, offset, length);
    }
    size += length;
  }

  /** What is taken grows by doubling. */
  private boolean hasRoom(long needed) {
    if (needed <= room) {
      return true;
    }
    long more = (Long.highestOneBit(needed - 1) << 1) - room;
    if (!ofAll.take(more)) {
      return false;
    }
    room += more;
    return true;
  }

  private void leaveMemory() {
    memory.clear();
    ofAll.giveBack(room - FIRST_BUFFER);
    room = FIRST_BUFFER;
  }

  private void spill() throws IOException {
    path = blobs.newIncoming();
    OutputStream out = new BufferedOutputStream(
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW), FILE_BUFFER);
    file = out;
    memory.writeTo(out);
    leaveMemory();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Content finish() throws IOException {
    if (file == null || path == null) {
      Content result = Content.of(memory.together());
      leaveMemory();
      return result;
    }
    try {
      file.close();
    } catch (IOException e) {
      failures.accept(e);
      throw e;
    }
    Spilled result = new Spilled(blobs, path, size);
    spilled = result;
    return result;
  }

  @Override
  public void close() {
    leaveMemory();
    if (path == null) {
      return;
    }
    if (spilled != null && spilled.isBlob()) {
      blobs.leaveArrived(path.getFileName().toString());
      return;
    }
    try {
      if (file != null) {
        file.close();
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("Can't delete {}; the next start does", path, e);
    }
  }

  /** Octets in pieces that are never moved, each twice as large as the one before: one copy makes them one array. */
  private static final class Pieces {
    private final List<byte[]> full = new ArrayList<>();
    private byte[] last = new byte[FIRST_BUFFER];
    private int used;

    void write(byte[] octets, int offset, int length) {
      int at = offset;
      int left = length;
      while (left > 0) {
        if (used == last.length) {
          full.add(last);
          last = new byte[Math.max(FIRST_BUFFER, 2 * last.length)];
          used = 0;
        }
        int part = Math.min(left, last.length - used);
        System.arraycopy(octets, at, last, used, part);
        used += part;
        at += part;
        left -= part;
      }
    }

    byte[] together() {
      int size = used;
      for (byte[] piece : full) {
        size += piece.length;
      }
      byte[] result = new byte[size];
      int at = 0;
      for (byte[] piece : full) {
        System.arraycopy(piece, 0, result, at, piece.length);
        at += piece.length;
      }
      System.arraycopy(last, 0, result, at, used);
      return result;
    }

    void writeTo(OutputStream out) throws IOException {
      for (byte[] piece : full) {
        out.write(piece);
      }
      out.write(last, 0, used);
    }

    void clear() {
      full.clear();
      last = NONE;
      used = 0;
    }
  }

  /** Content in an incoming file, which becomes a blob when a mail with it is made durable. */
  static final class Spilled implements Content {
    private final BlobStore blobs;
    private final Path incoming;
    private final long size;
    private @Nullable BlobSlice slice;

    Spilled(BlobStore blobs, Path incoming, long size) {
      this.blobs = blobs;
      this.incoming = incoming;
      this.size = size;
    }

    /** The blob, made at the first call: several mails with this content share it. */
    synchronized BlobSlice adopt() throws IOException {
      BlobSlice result = slice;
      if (result == null) {
        result = blobs.adoptForOneWriter(incoming, size);
        slice = result;
      }
      return result;
    }

    synchronized boolean isBlob() {
      return slice != null;
    }

    private synchronized Path path() {
      return slice == null ? incoming : blobs.path(slice.name());
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path());
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path());
    }
  }
}
