package org.mansio.queue.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mansio.spi.mail.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of one queue. A blob comes to be by a sync of the file, a rename and a sync of its directory, in that order, so
 * that a name that exists is a blob that is whole. It never changes. Each record at rest that refers to a blob holds it
 * under the record's own id; the last release deletes the file. Holders are kept in memory alone: records hold their blobs
 * again when they are read after a start, and {@link #sweep} then deletes what nobody held.
 *
 * <p>Thread-safe. Layout: {@code blobs/<first two digits>/<uuid>}, and {@code incoming/} for what is being written.
 */
public final class BlobStore {
  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);
  private static final int FAN_OUT_DIGITS = 2;

  private final Path blobs;
  private final Path incoming;
  private final Executor deletions;
  private final ConcurrentHashMap<String, Set<UUID>> holders = new ConcurrentHashMap<>();
  private final Set<String> unclaimed = ConcurrentHashMap.newKeySet();

  /** One whose blobs go as soon as nobody holds them. @param directory of the queue; made by {@link #open} */
  public BlobStore(Path directory) {
    this(directory, Runnable::run);
  }

  /**
   * @param directory of the queue; made by {@link #open}
   * @param deletions runs a deletion when the end of the last record that held the blob is on stable storage: one that came
   *     back after a crash would find nothing
   */
  public BlobStore(Path directory, Executor deletions) {
    this.deletions = deletions;
    this.blobs = directory.resolve("blobs");
    this.incoming = directory.resolve("incoming");
  }

  /** Makes the directories, deletes what was being written at the last stop and lists what is there. */
  public void open() throws IOException {
    Files.createDirectories(incoming);
    Files.createDirectories(blobs);
    for (Path rest : children(incoming)) {
      Files.deleteIfExists(rest);
    }
    for (int i = 0; i < 1 << 4 * FAN_OUT_DIGITS; i++) {
      Path folder = blobs.resolve(String.format("%02x", i));
      if (Files.isDirectory(folder)) {
        children(folder).forEach(file -> unclaimed.add(file.getFileName().toString()));
      } else {
        Files.createDirectory(folder);
      }
    }
    sync(blobs);
  }

  /** A file for octets that are still arriving; made by whoever writes it. */
  public Path newIncoming() {
    return incoming.resolve(UUID.randomUUID().toString());
  }

  /** Makes an incoming file a blob; on stable storage when it returns. The file is gone from its old place. */
  public BlobSlice adopt(Path incomingFile, long size) throws IOException {
    sync(incomingFile);
    String name = incomingFile.getFileName().toString();
    Path target = path(name);
    Files.move(incomingFile, target, StandardCopyOption.ATOMIC_MOVE);
    try {
      sync(folderOf(name));
    } catch (IOException e) {
      // Nothing will refer to it, and the disk may be full.
      Files.deleteIfExists(target);
      throw e;
    }
    return new BlobSlice(name, 0, size);
  }

  private BlobSlice adoptOrDelete(Path written, long size) throws IOException {
    try {
      return adopt(written, size);
    } catch (IOException e) {
      Files.deleteIfExists(written);
      throw e;
    }
  }

  /** Copies content into a blob of its own. */
  public BlobSlice write(Content content) throws IOException {
    Path file = newIncoming();
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        InputStream in = content.open()) {
      in.transferTo(out);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return adoptOrDelete(file, content.size());
  }

  /** Several small contents in one blob, for one sync; the slices are in the order of {@code contents}. */
  public List<BlobSlice> pack(List<byte[]> contents) throws IOException {
    Path file = newIncoming();
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (byte[] content : contents) {
        out.write(content);
      }
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    String name = adoptOrDelete(file, 0).name();
    List<BlobSlice> slices = new ArrayList<>(contents.size());
    long offset = 0;
    for (byte[] content : contents) {
      slices.add(new BlobSlice(name, offset, content.length));
      offset += content.length;
    }
    return slices;
  }

  /** Keeps a blob as long as the holder hasn't released it; holding twice is holding once. */
  public void hold(String name, UUID holder) {
    unclaimed.remove(name);
    holders.compute(name, (key, set) -> {
      if (set == null || set.equals(Set.of(holder))) {
        return Set.of(holder);
      }
      // Nearly every blob has one holder; a set that can grow is made for the others alone.
      Set<UUID> result = set.size() == 1 ? new HashSet<>(set) : set;
      result.add(holder);
      return result;
    });
  }

  /** Ends a hold; the last one deletes the blob. */
  public void release(String name, UUID holder) {
    AtomicBoolean last = new AtomicBoolean();
    holders.computeIfPresent(name, (key, set) -> {
      if (set.size() > 1) {
        set.remove(holder);
        return set.size() == 1 ? Set.copyOf(set) : set;
      }
      if (!set.contains(holder)) {
        return set;
      }
      last.set(true);
      return null;
    });
    if (last.get()) {
      deletions.execute(() -> deleteUnheld(name));
    }
  }

  private void deleteUnheld(String name) {
    holders.computeIfAbsent(name, key -> {
      delete(key);
      return null;
    });
  }

  /**
   * Ends the hope to know all holders until the next start: a record that can't be read, perhaps because a newer version
   * wrote it, may refer to any blob.
   */
  public void keepUnclaimed() {
    unclaimed.clear();
  }

  /** Deletes the blobs that were there at {@link #open} and that no record has held since. */
  public void sweep() {
    List<String> orphans = List.copyOf(unclaimed);
    for (String name : orphans) {
      holders.compute(name, (key, set) -> {
        if (set == null && unclaimed.remove(name)) {
          delete(name);
        }
        return set;
      });
    }
    if (!orphans.isEmpty()) {
      LOG.info("Deleted {} bodies that no mail referred to", orphans.size());
    }
  }

  /** How many blobs are held; for tests and figures. */
  public int held() {
    return holders.size();
  }

  /** The file of a blob. */
  public Path path(String name) {
    return folderOf(name).resolve(name);
  }

  boolean isWhole(BlobSlice slice) {
    try {
      return Files.size(path(slice.name())) == slice.offset() + slice.length();
    } catch (IOException e) {
      // The reader of the content gets the error, where it can be answered for.
      return false;
    }
  }

  private Path folderOf(String name) {
    return blobs.resolve(name.substring(0, FAN_OUT_DIGITS));
  }

  private void delete(String name) {
    try {
      Files.deleteIfExists(path(name));
    } catch (IOException e) {
      LOG.warn(
          "Can't delete {}, which no mail refers to; the next start tries again", path(name), e);
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> result = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(result::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return result;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
