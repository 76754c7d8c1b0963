package org.mansio.queue.blob;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs of one process, which knows all their holders: the last release deletes the file. Records hold their blobs again when
 * they are read after a start, and {@link #sweep} then deletes what nobody held.
 */
final class CountedBlobs extends BlobStore {
  private static final Logger LOG = LoggerFactory.getLogger(CountedBlobs.class);

  private final Executor deletions;
  private final Holders holders = new Holders();
  /** What was there at the opening and hasn't been held since. */
  private final Set<String> unclaimed = ConcurrentHashMap.newKeySet();

  private boolean sweepPostponed;
  private boolean sweepDue;

  CountedBlobs(BlobFiles files, Executor deletions) {
    super(files);
    this.deletions = deletions;
  }

  @Override
  void found(Path file) {
    unclaimed.add(file.getFileName().toString());
  }

  @Override
  public boolean areShared() {
    return false;
  }

  @Override
  void drafted(String name) throws IOException {
    files.syncName(name);
  }

  @Override
  void arrived(String name) throws IOException {
    files.syncName(name);
    // Records that were refused let go of it; a further one may still be made.
    hold(name, UUID.fromString(name));
  }

  @Override
  void leaveArrived(String name) {
    release(name, UUID.fromString(name));
  }

  @Override
  public BlobSlice own(BlobSlice slice, UUID holder) {
    return slice;
  }

  @Override
  public void sync(Collection<String> names) {
    // They were synced when they came to be.
  }

  @Override
  public void leave(String name) {
    // Whoever holds it decides.
  }

  @Override
  public void leave(String name, UUID holder) {
    // The record lives on, and its hold with it.
  }

  @Override
  public void releaseOwn(UUID holder) {
    // No record has a blob for itself.
  }

  @Override
  public void hold(String name, UUID holder) {
    unclaimed.remove(name);
    holders.add(name, holder);
  }

  @Override
  public void release(String name, UUID holder) {
    if (holders.remove(name, holder)) {
      deletions.execute(() -> holders.decide(name, () -> files.delete(name), () -> {}));
    }
  }

  @Override
  public void keepUnclaimed() {
    unclaimed.clear();
  }

  @Override
  public synchronized void postponeSweep() {
    sweepPostponed = true;
  }

  @Override
  public synchronized void resumeSweep() {
    sweepPostponed = false;
    if (sweepDue) {
      sweep();
    }
  }

  @Override
  public synchronized void sweep() {
    sweepDue = sweepPostponed;
    if (sweepPostponed) {
      return;
    }
    List<String> orphans = List.copyOf(unclaimed);
    for (String name : orphans) {
      holders.decide(
          name,
          () -> {
            if (unclaimed.remove(name)) {
              files.delete(name);
            }
          },
          () -> {});
    }
    if (!orphans.isEmpty()) {
      LOG.info("Deleted {} bodies that no mail referred to", orphans.size());
    }
  }
}
