package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters what arrives from the log into the book. While a shard recovers its entries are left alone, since a record that
 * follows may say otherwise; then they are placed as their highest generation says.
 */
final class EntryArrivals implements EntryListener {
  private static final Logger LOG = LoggerFactory.getLogger(EntryArrivals.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final RecordCodec codec;
  private final BlobStore blobs;
  private final InstantSource clock;
  private final Map<Integer, List<Entry>> recovering = new HashMap<>();
  /** Shards that are being read after whoever held them broke off. */
  private final Set<Integer> broken = new HashSet<>();
  /** Shards that were lost, and not read again as a whole since. */
  private final Set<Integer> before = new HashSet<>();

  EntryArrivals(
      LaneScheduler scheduler,
      EntryBook book,
      RecordCodec codec,
      BlobStore blobs,
      InstantSource clock) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.book = book;
    this.codec = codec;
    this.blobs = blobs;
  }

  @Override
  public void arrived(int shard, HeldRecord held, byte[] octets, boolean isRecovering) {
    QueueRecord record;
    try {
      record = codec.decode(octets);
    } catch (DamagedRecordException e) {
      LOG.error(
          "A record of an outgoing entry can't be read and stays in the log: {}", e.getMessage());
      blobs.keepUnclaimed();
      return;
    }
    if (!(record instanceof QueueRecord.OfEntry ofEntry)) {
      LOG.error(
          "A record that is no outgoing entry's stays in the log: {}",
          record.getClass().getSimpleName());
      return;
    }
    List<HeldRecord> stale;
    Entry entry;
    boolean isLast;
    scheduler.lock.lock();
    try {
      stale = arrived(shard, held, ofEntry, isRecovering);
      scheduler.dispatch();
      entry = book.find(ofEntry.id());
      isLast =
          !isRecovering && entry != null && entry.phase == Entry.Phase.ENDED && !entry.endingFormer;
    } finally {
      scheduler.lock.unlock();
    }
    boolean gone = stale.stream().allMatch(book::end);
    if (gone && isLast && entry != null) {
      book.endLast(entry);
    }
  }

  private List<HeldRecord> arrived(
      int shard, HeldRecord held, QueueRecord.OfEntry record, boolean isRecovering) {
    Entry entry = book.find(record.id());
    if (entry == null) {
      return arrivedNew(shard, held, record, isRecovering);
    }
    if (record.generation() < entry.generation) {
      return List.of(held);
    }
    if (record.generation() == entry.generation) {
      List<HeldRecord> twin = twin(entry.record, held);
      entry.record = held;
      book.resolveDoubt(entry);
      if (entry.phase != Entry.Phase.BUSY) {
        entry.mail = null;
      }
      return twin;
    }
    if (record.generation() <= entry.written) {
      List<HeldRecord> twin = twin(entry.nextRecord, held);
      entry.nextRecord = held;
      return twin;
    }
    HeldRecord former = entry.record;
    entry.record = held;
    entry.generation = record.generation();
    entry.written = record.generation();
    switch (record) {
      case QueueRecord.Waiting waiting -> {
        boolean waits = entry.phase != Entry.Phase.BUSY;
        if (waits) {
          scheduler.states().take(entry);
        }
        entry.adopt(waiting);
        entry.heldAtStart = waiting.held();
        entry.unsure &= !waiting.held() && !waiting.due().isAfter(clock.instant());
        if (waits) {
          scheduler.states().place(entry, waiting.held());
        }
      }
      case QueueRecord.Ended ended -> {
        scheduler.states().take(entry);
        scheduler.census().remove(entry);
        entry.phase = Entry.Phase.ENDED;
      }
    }
    return former == null ? List.of() : List.of(former);
  }

  /**
   * A second record of one generation: what a transaction left whose end was in doubt and that was made again. Left in the
   * log it would bring the entry back to life at the next start.
   */
  private static List<HeldRecord> twin(@Nullable HeldRecord former, HeldRecord held) {
    return former == null || former.id().equals(held.id()) ? List.of() : List.of(former);
  }

  private List<HeldRecord> arrivedNew(
      int shard, HeldRecord held, QueueRecord.OfEntry record, boolean isRecovering) {
    return switch (record) {
      case QueueRecord.Waiting waiting -> {
        Entry entry = new Entry(
            waiting.id(),
            waiting.mail(),
            waiting.route(),
            waiting.route().map(scheduler::lane).orElse(null));
        entry.adopt(waiting);
        entry.record = held;
        entry.mail = null;
        entry.isDurable();
        book.add(entry, waiting.mail().content());
        if (isRecovering) {
          entry.phase = Entry.Phase.BUSY;
          entry.heldAtStart = waiting.held();
          entry.unsure = !waiting.held() && !waiting.due().isAfter(clock.instant());
          entry.ofBroken = broken.contains(shard);
          recovering.computeIfAbsent(shard, s -> new ArrayList<>()).add(entry);
        } else {
          scheduler.states().place(entry, waiting.held());
        }
        yield List.of();
      }
      case QueueRecord.Ended ended -> {
        // Nothing of the entry is left but this record and, where processes share bodies, its own.
        blobs.releaseOwn(ended.id());
        yield List.of(held);
      }
    };
  }

  /** Later than any wait that the schedule knows is what a clock has written that was set back since. */
  private Instant due(Entry entry) {
    Lane lane = entry.lane;
    if (lane == null || entry.attempts == 0) {
      return entry.due();
    }
    Instant latest = clock.instant().plus(lane.policy.schedule().longest());
    return entry.due().isAfter(latest) ? latest : entry.due();
  }

  @Override
  public void broken(int shard) {
    scheduler.lock.lock();
    try {
      broken.add(shard);
    } finally {
      scheduler.lock.unlock();
    }
  }

  @Override
  public void lost(int shard, Duration patience) {
    List<Entry> busy = new ArrayList<>();
    scheduler.lock.lock();
    try {
      before.add(shard);
      broken.remove(shard);
      List<Entry> unplaced = recovering.remove(shard);
      if (unplaced != null) {
        unplaced.forEach(book::disown);
      }
      // A first attempt straight from the chain has no record yet, and is under way all the same.
      inShard(shard)
          .filter(entry -> !entry.handedOver() && entry.phase == Entry.Phase.BUSY)
          .forEach(busy::add);
      for (Entry entry : ofShard(shard)) {
        switch (entry.phase) {
          case READY, DEFERRED, WAITING, HELD -> {
            scheduler.states().take(entry);
            book.disown(entry);
          }
          // When its record comes here again, it is known that it is over.
          case ENDED -> entry.record = null;
          // What is under way is finished, and recorded where the entry is by then.
          case BUSY -> busy.add(entry);
        }
      }
    } finally {
      scheduler.lock.unlock();
    }
    long end = System.nanoTime() + patience.toNanos();
    while (areBusy(busy) && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Whether some still are; forgets those that aren't. None can join them: what is ready there was disowned. */
  private boolean areBusy(List<Entry> busy) {
    scheduler.lock.lock();
    try {
      busy.removeIf(entry -> entry.phase != Entry.Phase.BUSY);
      return !busy.isEmpty();
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Those that have, or may have, a record there. */
  private List<Entry> ofShard(int shard) {
    return inShard(shard).filter(Entry::handedOver).toList();
  }

  private Stream<Entry> inShard(int shard) {
    return book.all().stream().filter(entry -> book.shardOf(entry) == shard);
  }

  @Override
  public void recovered(int shard, boolean all) {
    if (!all) {
      blobs.keepUnclaimed();
    }
    List<Entry> ended = new ArrayList<>();
    scheduler.lock.lock();
    try {
      broken.remove(shard);
      List<Entry> found = recovering.remove(shard);
      for (Entry entry : found == null ? List.<Entry>of() : found) {
        if (entry.phase == Entry.Phase.ENDED) {
          ended.add(entry);
        } else {
          entry.becomesDue(due(entry));
          scheduler.states().place(entry, entry.heldAtStart);
        }
      }
      if (before.remove(shard)) {
        // Those that ended while the shard was lost: their last records have come again by now, or
        // had gone in time.
        ofShard(shard).stream()
            .filter(entry -> entry.phase == Entry.Phase.ENDED && !entry.endingFormer)
            .forEach(entry -> {
              if (entry.record == null) {
                book.forget(entry);
              } else {
                ended.add(entry);
              }
            });
      }
      scheduler.dispatch();
    } finally {
      scheduler.lock.unlock();
    }
    ended.stream().distinct().forEach(book::endLast);
  }
}
