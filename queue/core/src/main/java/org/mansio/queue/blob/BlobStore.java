package org.mansio.queue.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.mansio.spi.mail.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of one queue, or of all that share a log. A blob comes to be by a sync of the file, a rename and a sync of its directory, in that order, so
 * that a name that exists is a blob that is whole. It never changes. Each record at rest that refers to a blob holds it
 * under the record's own id; the last release deletes the file. Holders are kept in memory alone: records hold their blobs
 * again when they are read after a start, and {@link #sweep} then deletes what nobody held.
 *
 * <p>Where processes share the blobs none knows all holders. There each record has a name of its own for its blob, its id, made
 * as a further link to the file: the file system counts, and the end of a record deletes just its own name. What a killed
 * process leaves behind there isn't swept, since nobody can tell that nobody refers to it.
 *
 * <p>Thread-safe. Layout: {@code blobs/<first two digits>/<uuid>}, and {@code incoming/} for what is being written.
 */
public final class BlobStore {
  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);
  private static final int FAN_OUT_DIGITS = 2;

  static final String PART = ".part";

  /** What is half written after so long belongs to nobody who still writes. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path blobs;
  private final Path incoming;
  private final boolean shared;
  /** Blobs of which records are being made, and those which stay until their writer is closed. */
  private final Set<String> drafts = ConcurrentHashMap.newKeySet();

  /** Names of records that are over, but which somebody here still reads. */
  private final Set<String> over = ConcurrentHashMap.newKeySet();

  private final Set<String> arrived = ConcurrentHashMap.newKeySet();
  private final Executor deletions;
  private final ConcurrentHashMap<String, Set<UUID>> holders = new ConcurrentHashMap<>();
  private final Set<String> unclaimed = ConcurrentHashMap.newKeySet();
  private boolean sweepPostponed;
  private boolean sweepDue;

  /** One whose blobs go as soon as nobody holds them. @param directory of the queue; made by {@link #open} */
  public BlobStore(Path directory) {
    this(directory, directory, false, Runnable::run);
  }

  /**
   * Blobs that lie elsewhere than what arrives.
   *
   * @param directory of the queue, of this process alone
   * @param bodies where the blobs lie
   * @param shared whether other processes have blobs there too
   * @param deletions runs a deletion when the end of the last record that held the blob is on stable storage: one that came
   *     back after a crash would find nothing. Shared blobs go at once, as the log that is shared has ended their records by then
   */
  public BlobStore(Path directory, Path bodies, boolean shared, Executor deletions) {
    this.deletions = deletions;
    this.blobs = bodies.resolve("blobs");
    this.incoming = directory.resolve("incoming");
    this.shared = shared;
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
      Files.createDirectories(folder);
      for (Path file : children(folder)) {
        found(file);
      }
    }
    sync(blobs);
  }

  private void found(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (!shared) {
      unclaimed.add(name);
    } else if (name.endsWith(PART) && isAbandoned(file)) {
      Files.deleteIfExists(file);
    }
  }

  private static boolean isAbandoned(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What tells this place from any other; made at the first call by whoever uses the place first. */
  public String identity() throws IOException {
    return new BodiesIdentity(blobs).read();
  }

  /** Whether other processes have blobs here too, so that each record has one of its own. */
  public boolean areShared() {
    return shared;
  }

  /** A file for octets that are still arriving; made by whoever writes it. */
  public Path newIncoming() {
    return incoming.resolve(UUID.randomUUID().toString());
  }

  /** Makes an incoming file a blob; on stable storage when it returns. The file is gone from its old place. */
  public BlobSlice adopt(Path incomingFile, long size) throws IOException {
    BlobSlice slice = move(incomingFile, size);
    syncName(slice.name());
    return slice;
  }

  private void syncName(String name) throws IOException {
    try {
      sync(folderOf(name));
    } catch (IOException e) {
      // Nothing will refer to it, and the disk may be full.
      Files.deleteIfExists(path(name));
      throw e;
    }
  }

  private BlobSlice move(Path incomingFile, long size) throws IOException {
    sync(incomingFile);
    String name = incomingFile.getFileName().toString();
    Path target = path(name);
    try {
      Files.move(incomingFile, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // The blobs are on another file system than what arrives.
      Path draft = target.resolveSibling(name + PART);
      try {
        Files.copy(incomingFile, draft);
        sync(draft);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException failure) {
        Files.deleteIfExists(draft);
        throw failure;
      }
      Files.delete(incomingFile);
    }
    return new BlobSlice(name, 0, size);
  }

  /** As {@link #adopt}; {@link #leave} follows. */
  BlobSlice adoptForOneWriter(Path incomingFile, long size) throws IOException {
    BlobSlice slice = move(incomingFile, size);
    if (shared) {
      arrived.add(slice.name());
    } else {
      syncName(slice.name());
      // Records that were refused let go of it; a further one may still be made.
      hold(slice.name(), UUID.fromString(slice.name()));
    }
    return slice;
  }

  /** As {@link #leave}, for what {@link #adoptForOneWriter} made. */
  void leaveArrived(String name) {
    if (!shared) {
      release(name, UUID.fromString(name));
    } else if (arrived.remove(name)) {
      delete(name);
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
    return draft(file, content.size());
  }

  private BlobSlice draft(Path file, long size) throws IOException {
    BlobSlice slice;
    try {
      slice = move(file, size);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    if (shared) {
      drafts.add(slice.name());
    } else {
      syncName(slice.name());
    }
    return slice;
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
    String name = draft(file, 0).name();
    List<BlobSlice> slices = new ArrayList<>(contents.size());
    long offset = 0;
    for (byte[] content : contents) {
      slices.add(new BlobSlice(name, offset, content.length));
      offset += content.length;
    }
    return slices;
  }

  /**
   * The slice as the record with this id is to refer to it: where processes share the blobs, under a name of the record's own.
   * {@link #sync(Collection)} of that name follows, so that one sync serves many.
   */
  public BlobSlice own(BlobSlice slice, UUID holder) throws IOException {
    String name = holder.toString();
    if (!shared || slice.name().equals(name)) {
      return slice;
    }
    Path target = path(name);
    Path draft = target.resolveSibling(UUID.randomUUID() + PART);
    copyOrLink(path(slice.name()), draft);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    // Renaming a link over another one of the same file leaves both.
    Files.deleteIfExists(draft);
    return new BlobSlice(name, slice.offset(), slice.length());
  }

  /** Brings names that {@link #own} made to stable storage. */
  public void sync(Collection<String> names) throws IOException {
    if (shared) {
      // The first of them mostly takes the others along: a file system writes all that changed in
      // one go.
      for (Path folder : names.stream().map(this::folderOf).collect(Collectors.toSet())) {
        sync(folder);
      }
    }
  }

  private static void copyOrLink(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      LOG.debug("No links here, so a copy is made: {}", e.getMessage());
      Files.copy(from, to);
      sync(to);
    }
  }

  /** Nobody will make records of this blob any more; those made have names of their own where processes share the blobs. */
  public void leave(String name) {
    if (shared && drafts.remove(name)) {
      delete(name);
    }
  }

  /** Ends a hold, other than that of a record which has the blob for itself and lives on in the log. */
  public void leave(String name, UUID holder) {
    if (shared && !name.equals(holder.toString())) {
      release(name, holder);
    }
  }

  /** Deletes the blob that a record has for itself, if it has. */
  public void releaseOwn(UUID holder) {
    if (shared) {
      delete(holder.toString());
    }
  }

  /** Keeps a blob as long as the holder hasn't released it; holding twice is holding once. */
  public void hold(String name, UUID holder) {
    if (shared && name.equals(holder.toString())) {
      return;
    }
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
    if (shared && name.equals(holder.toString())) {
      // A delivery that began before its mail had a record of its own may still read it.
      holders.compute(name, (key, set) -> {
        if (set == null) {
          delete(name);
        } else {
          over.add(name);
        }
        return set;
      });
      return;
    }
    AtomicBoolean last = new AtomicBoolean();
    holders.computeIfPresent(name, (key, set) -> {
      if (set.size() > 1) {
        set.remove(holder);
        return set.size() == 1 ? Set.copyOf(set) : set;
      }
      if (!set.contains(holder)) {
        return set;
      }
      if (!shared) {
        last.set(true);
      } else if (over.remove(name)) {
        delete(name);
      }
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
   * Ends the hope to know all holders until the next start: a record that is there and wasn't read may refer to any blob.
   */
  public void keepUnclaimed() {
    unclaimed.clear();
  }

  /** Puts {@link #sweep} off: something that can't be read, and that an operator may still restore, may refer to any blob. */
  public synchronized void postponeSweep() {
    sweepPostponed = true;
  }

  /** What could not be read is given up: the sweep needn't wait for it any more. */
  public synchronized void resumeSweep() {
    sweepPostponed = false;
    if (sweepDue) {
      sweep();
    }
  }

  /** Deletes the blobs that were there at {@link #open} and that no record has held since; when it is postponed, later. */
  public synchronized void sweep() {
    sweepDue = sweepPostponed;
    if (sweepPostponed) {
      return;
    }
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
