package org.mansio.queue.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blobs that processes share, of whose holders none knows all. Each record has a name of its own for its blob, its id, made as
 * a further link to the file: the file system counts, and the end of a record deletes just its own name. What a killed process
 * leaves behind isn't swept, since nobody can tell that nobody refers to it.
 */
final class LinkedBlobs extends BlobStore {
  /** What is half written after so long belongs to nobody who still writes. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  /** Of which records are being made. */
  private final Set<String> drafts = ConcurrentHashMap.newKeySet();

  /** Those which stay until their writer is closed. */
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();

  /** Who reads a blob here under a name that isn't its own: a delivery that began before its mail had a record of its own. */
  private final Holders readers = new Holders();

  /** Names of records that are over, but which somebody here still reads. */
  private final Set<String> over = ConcurrentHashMap.newKeySet();

  LinkedBlobs(BlobFiles files) {
    super(files);
  }

  @Override
  void found(Path file) throws IOException {
    if (file.getFileName().toString().endsWith(BlobFiles.PART) && isAbandoned(file)) {
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

  @Override
  public boolean areShared() {
    return true;
  }

  @Override
  void drafted(String name) {
    drafts.add(name);
  }

  @Override
  void arrived(String name) {
    arrived.add(name);
  }

  @Override
  void leaveArrived(String name) {
    if (arrived.remove(name)) {
      files.delete(name);
    }
  }

  @Override
  public BlobSlice own(BlobSlice slice, UUID holder) throws IOException {
    String name = holder.toString();
    if (slice.name().equals(name)) {
      return slice;
    }
    files.link(slice.name(), name);
    return new BlobSlice(name, slice.offset(), slice.length());
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    files.syncNames(names);
  }

  @Override
  public void leave(String name) {
    if (drafts.remove(name)) {
      files.delete(name);
    }
  }

  @Override
  public void leave(String name, UUID holder) {
    if (!isOwn(name, holder)) {
      release(name, holder);
    }
  }

  @Override
  public void releaseOwn(UUID holder) {
    files.delete(holder.toString());
  }

  @Override
  public void hold(String name, UUID holder) {
    if (!isOwn(name, holder)) {
      readers.add(name, holder);
    }
  }

  @Override
  public void release(String name, UUID holder) {
    if (isOwn(name, holder)) {
      readers.decide(name, () -> files.delete(name), () -> over.add(name));
    } else if (readers.remove(name, holder) && over.remove(name)) {
      files.delete(name);
    }
  }

  private static boolean isOwn(String name, UUID holder) {
    return name.equals(holder.toString());
  }

  @Override
  public void keepUnclaimed() {
    // Nothing is swept.
  }

  @Override
  public void postponeSweep() {
    // Nothing is swept.
  }

  @Override
  public void resumeSweep() {
    // Nothing is swept.
  }

  @Override
  public void sweep() {
    // Nobody can tell what no record of any server refers to.
  }
}
