package org.mansio.queue.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.mansio.spi.mail.Content;

/**
 * The blobs of one queue, or of all that share a log. A name that exists is a blob that is whole and never changes. Each
 * record at rest that refers to a blob holds it under the record's own id; the last release deletes the file. Who holds what
 * is known in one of two ways: {@link #counted}, or {@link #linked}. Thread-safe.
 */
public abstract sealed class BlobStore permits CountedBlobs, LinkedBlobs {
  final BlobFiles files;

  BlobStore(BlobFiles files) {
    this.files = files;
  }

  /** One whose blobs go as soon as nobody holds them. @param directory of the queue; made by {@link #open} */
  public static BlobStore counted(Path directory) {
    return counted(directory, directory, Runnable::run);
  }

  /**
   * Blobs of this process alone, whose holders are counted in memory.
   *
   * @param directory for what arrives
   * @param bodies where the blobs lie
   * @param deletions runs a deletion when the end of the last record that held the blob is on stable storage: one that came
   *     back after a crash would find nothing
   */
  public static BlobStore counted(Path directory, Path bodies, Executor deletions) {
    return new CountedBlobs(new BlobFiles(directory, bodies), deletions);
  }

  /**
   * Blobs that other processes have there too: each record has a link of its own. They go at once, as the log that is shared
   * has ended their records by then.
   *
   * @param directory for what arrives, of this process alone
   * @param bodies where the blobs of all lie
   */
  public static BlobStore linked(Path directory, Path bodies) {
    return new LinkedBlobs(new BlobFiles(directory, bodies));
  }

  /** Makes the directories, deletes what was being written at the last stop and lists what is there. */
  public final void open() throws IOException {
    files.open(this::found);
  }

  /** A file that is there at the opening. */
  abstract void found(Path file) throws IOException;

  /** What tells this place from any other; made at the first call by whoever uses the place first. */
  public final String identity() throws IOException {
    return new BodiesIdentity(files.folder()).read();
  }

  /** Whether other processes have blobs here too, so that each record has one of its own. */
  public abstract boolean areShared();

  /** A file for octets that are still arriving; made by whoever writes it. */
  public final Path newIncoming() {
    return files.newIncoming();
  }

  /** Makes an incoming file a blob; the file is gone from its old place. {@link #leaveArrived} follows. */
  final BlobSlice adoptForOneWriter(Path incomingFile, long size) throws IOException {
    String name = files.moveIn(incomingFile);
    arrived(name);
    return new BlobSlice(name, 0, size);
  }

  /** A blob has come to be that stays until {@link #leaveArrived}. */
  abstract void arrived(String name) throws IOException;

  /** As {@link #leave}, for what {@link #adoptForOneWriter} made. */
  abstract void leaveArrived(String name);

  /** Copies content into a blob of its own; {@link #leave} follows. */
  public final BlobSlice write(Content content) throws IOException {
    String name = draft(out -> {
      try (InputStream in = content.open()) {
        in.transferTo(out);
      }
    });
    return new BlobSlice(name, 0, content.size());
  }

  /**
   * Several small contents in one blob, for one sync; the slices are in the order of {@code contents}. {@link #leave}
   * follows.
   */
  public final List<BlobSlice> pack(List<byte[]> contents) throws IOException {
    String name = draft(out -> {
      for (byte[] content : contents) {
        out.write(content);
      }
    });
    List<BlobSlice> slices = new ArrayList<>(contents.size());
    long offset = 0;
    for (byte[] content : contents) {
      slices.add(new BlobSlice(name, offset, content.length));
      offset += content.length;
    }
    return slices;
  }

  private interface Filler {
    void fill(OutputStream out) throws IOException;
  }

  private String draft(Filler filler) throws IOException {
    Path file = files.newIncoming();
    String name;
    try {
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        filler.fill(out);
      }
      name = files.moveIn(file);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    drafted(name);
    return name;
  }

  /** A blob has come to be of which records are made now, until {@link #leave}. */
  abstract void drafted(String name) throws IOException;

  /**
   * The slice as the record with this id is to refer to it: where processes share the blobs, under a name of the record's own.
   * {@link #sync(Collection)} of that name follows, so that one sync serves many.
   */
  public abstract BlobSlice own(BlobSlice slice, UUID holder) throws IOException;

  /** Brings names that {@link #own} made to stable storage. */
  public abstract void sync(Collection<String> names) throws IOException;

  /** Nobody will make records of this blob any more; those made have names of their own where processes share the blobs. */
  public abstract void leave(String name);

  /** Ends a hold, other than that of a record which has the blob for itself and lives on in the log. */
  public abstract void leave(String name, UUID holder);

  /** Deletes the blob that a record has for itself, if it has. */
  public abstract void releaseOwn(UUID holder);

  /** Keeps a blob as long as the holder hasn't released it; holding twice is holding once. */
  public abstract void hold(String name, UUID holder);

  /** Ends a hold; the last one deletes the blob. */
  public abstract void release(String name, UUID holder);

  /**
   * Ends the hope to know all holders until the next start: a record that is there and wasn't read may refer to any blob.
   */
  public abstract void keepUnclaimed();

  /** Puts {@link #sweep} off: something that can't be read, and that an operator may still restore, may refer to any blob. */
  public abstract void postponeSweep();

  /** What could not be read is given up: the sweep needn't wait for it any more. */
  public abstract void resumeSweep();

  /** Deletes the blobs that were there at {@link #open} and that no record has held since; when it is postponed, later. */
  public abstract void sweep();

  /** The file of a blob. */
  public final Path path(String name) {
    return files.path(name);
  }

  final boolean isWhole(BlobSlice slice) {
    try {
      return Files.size(path(slice.name())) == slice.offset() + slice.length();
    } catch (IOException e) {
      // The reader of the content gets the error, where it can be answered for.
      return false;
    }
  }
}
