package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.blob.BlobSlice;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.HeldRecord;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All entries, and the records that stand for them in the log. An entry changes by appending its next generation and then
 * ending the record of the former one; between the two both are there, and the higher generation is true. So at any crash
 * the state before or after is found, never none. What ends an entry with a consequence (a notice for the chain) is a
 * generation of its own, appended in one transaction with the consequence: found after a crash, it ends the entry instead
 * of having it tried again.
 *
 * <p>An entry that is over stays in the book until its last record has been taken out of the log, so that a record that
 * arrives late, or again after a lost connection, isn't taken for a new entry.
 */
final class EntryBook {
  private static final Logger LOG = LoggerFactory.getLogger(EntryBook.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration READ_AGAIN = Duration.ofMinutes(5);

  private final LaneScheduler scheduler;
  private final DurableLog log;
  private final RecordCodec codec;
  private final BlobStore blobs;
  private final InstantSource clock;
  private final SpoolTwins twins;
  private final EntryTable<UUID> entries = EntryTable.byId();
  private final EntryTable<MailId> byMail = EntryTable.byMail();

  /**
   * A change of an entry.
   *
   * @param spool records for the spool that become durable with it
   * @param others records of further entries that become durable with it
   */
  record Change(
      Entry entry, QueueRecord.OfEntry next, List<byte[]> spool, List<Append.Entry> others) {}

  EntryBook(
      LaneScheduler scheduler,
      DurableLog log,
      RecordCodec codec,
      BlobStore blobs,
      SpoolTwins twins,
      InstantSource clock) {
    this.scheduler = scheduler;
    this.log = log;
    this.codec = codec;
    this.blobs = blobs;
    this.twins = twins;
    this.clock = clock;
  }

  // ---- the book; with the lock held ----

  @Nullable
  Entry find(UUID id) {
    return entries.find(id);
  }

  List<Entry> all() {
    return entries.all();
  }

  List<Entry> of(MailId id) {
    return byMail.all(id);
  }

  void add(Entry entry, Content content) {
    entries.add(entry);
    byMail.add(entry);
    if (entry.lane != null) {
      entry.lane.members.add(entry);
    }
    holdBlob(entry, content);
  }

  void holdBlob(Entry entry, Content content) {
    if (content instanceof QueuedContent queued) {
      if (entry.blob.isPresent()) {
        // What is under way still reads the former one.
        entry.formerBlob = entry.blob;
      }
      entry.blob = queued.tail().map(BlobSlice::name);
      if (entry.blob.equals(entry.formerBlob)) {
        entry.formerBlob = Optional.empty();
      }
      entry.blob.ifPresent(name -> blobs.hold(name, entry.id));
    }
  }

  void forget(Entry entry) {
    if (disown(entry)) {
      entry.blob.ifPresent(name -> blobs.release(name, entry.id));
    }
  }

  /** Forgets an entry that lives on in the log. @return whether it was known */
  boolean disown(Entry entry) {
    if (!entries.remove(entry)) {
      return false;
    }
    scheduler.census().remove(entry);
    byMail.remove(entry);
    if (entry.lane != null) {
      entry.lane.members.remove(entry);
      entry.lane.lastUsed = clock.instant();
    }
    entry.formerBlob.ifPresent(name -> blobs.release(name, entry.id));
    entry.blob.ifPresent(name -> blobs.leave(name, entry.id));
    return true;
  }

  /** Whether records of the entry come to this process. */
  boolean isOurs(Entry entry) {
    return log.owns(shardOf(entry));
  }

  int shardOf(Entry entry) {
    return log.shardOf(keyOf(entry));
  }

  // ---- reading and changing; without the lock ----

  /** The mail of an entry; empty when its record is damaged or was lost with the connection and has yet to come again. */
  Optional<SpooledMail> mail(Entry entry) {
    HeldRecord held;
    scheduler.lock.lock();
    try {
      if (entry.mail != null) {
        return Optional.of(entry.mail);
      }
      held = entry.record;
    } finally {
      scheduler.lock.unlock();
    }
    return held == null ? Optional.empty() : waiting(held).map(QueueRecord.Waiting::mail);
  }

  /** The mail as the entry's record has it, or will have it when it arrives; empty when it is in none, or can't be read. */
  Optional<SpooledMail> durableMail(Entry entry) {
    HeldRecord held;
    scheduler.lock.lock();
    try {
      held = entry.record;
      if (held == null) {
        return entry.handedOver() && entry.durable.isDone()
            ? Optional.ofNullable(entry.mail)
            : Optional.empty();
      }
    } finally {
      scheduler.lock.unlock();
    }
    return waiting(held).map(QueueRecord.Waiting::mail);
  }

  private Optional<QueueRecord.Waiting> waiting(HeldRecord held) {
    try {
      return codec.decode(held.octets()) instanceof QueueRecord.Waiting waiting
          ? Optional.of(waiting)
          : Optional.empty();
    } catch (DamagedRecordException | QueueException e) {
      LOG.error("A record of an outgoing entry can't be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  Append.Entry encode(Entry entry, QueueRecord.OfEntry record) {
    return new Append.Entry(keyOf(entry), codec.encode(record));
  }

  /** What keeps all records of an entry in one shard: the lane, so that one process has the whole of it. */
  static String keyOf(Entry entry) {
    return entry.route.map(route -> route.lane()).orElse(entry.mailId.value());
  }

  /**
   * Makes changes durable, trying until it works: what an attempt did must not be forgotten because the log is away.
   *
   * @param closing tells when to stop trying; the changes are then lost and their cause happens again after the restart
   * @return whether they are durable
   */
  boolean write(List<Change> changes, BooleanSupplier closing) {
    List<byte[]> spool = new ArrayList<>();
    List<Append.Entry> records = new ArrayList<>();
    scheduler.lock.lock();
    try {
      for (Change change : changes) {
        change.entry().written = Math.max(change.entry().written, change.next().generation());
        spool.addAll(change.spool());
        records.addAll(change.others());
        records.add(encode(change.entry(), change.next()));
      }
    } finally {
      scheduler.lock.unlock();
    }
    Append append = new Append(spool, records);
    List<UUID> spooled = spool.stream().map(RecordCodec::idOf).toList();
    twins.expect(spooled);
    boolean inDoubt = false;
    while (true) {
      try {
        log.append(append);
        break;
      } catch (QueueException e) {
        if (closing.getAsBoolean()) {
          LOG.warn("The log is away at shutdown: {} attempts will be made again", changes.size());
          return false;
        }
        if (!inDoubt) {
          LOG.warn("Can't write to the queue's log, trying again: {}", e.getMessage());
        }
        inDoubt = true;
        pause();
        if (areWritten(changes)) {
          break;
        }
      }
    }
    if (!inDoubt) {
      twins.forget(spooled);
    }
    changes.forEach(this::apply);
    return true;
  }

  /** After a transaction that was in doubt: whether a record of it has arrived, which means that all of it took place. */
  private boolean areWritten(List<Change> changes) {
    scheduler.lock.lock();
    try {
      return changes.stream().anyMatch(change -> change.entry().nextRecord != null);
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** With the lock held: whether the first record of an entry, whose transaction was in doubt, has arrived. */
  boolean hasArrived(Entry entry) {
    HeldRecord held = entry.record;
    if (held == null) {
      return false;
    }
    waiting(held).ifPresent(waiting -> {
      entry.mail = waiting.mail();
      holdBlob(entry, waiting.mail().content());
    });
    return true;
  }

  /** With the lock held: an entry in doubt is durable once its record is here. */
  void resolveDoubt(Entry entry) {
    if (entry.inDoubt && hasArrived(entry)) {
      entry.inDoubt = false;
      entry.durable.complete(true);
    }
  }

  private void apply(Change change) {
    Entry entry = change.entry();
    HeldRecord former;
    scheduler.lock.lock();
    try {
      former = entry.record;
      if (!isOurs(entry)) {
        // Its shard went to another process while this one was at work on it: what was written is
        // there now.
        scheduler.census().remove(entry);
        disown(entry);
      }
      entry.generation = change.next().generation();
      entry.record = entry.nextRecord;
      entry.nextRecord = null;
      switch (change.next()) {
        case QueueRecord.Waiting waiting
        when entries.find(entry.id) != entry -> LOG.debug("{} goes on elsewhere", entry.mailId);
        case QueueRecord.Waiting waiting -> {
          entry.mail = entry.record == null ? waiting.mail() : null;
          entry.adopt(waiting);
          scheduler.states().place(entry, waiting.held());
          scheduler.dispatch();
        }
        case QueueRecord.Ended ended -> {
          entry.phase = Entry.Phase.ENDED;
          scheduler.census().remove(entry);
          entry.endingFormer = true;
        }
      }
    } finally {
      scheduler.lock.unlock();
    }
    boolean gone = former == null || end(former);
    if (change.next() instanceof QueueRecord.Ended) {
      endedFormer(entry);
      if (gone) {
        endLast(entry);
      }
    }
  }

  private void endedFormer(Entry entry) {
    scheduler.lock.lock();
    try {
      entry.endingFormer = false;
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Lets an entry wait whose record can't be read now, as when the process has too many files open. */
  void readLater(Entry entry) {
    scheduler.lock.lock();
    try {
      Lane lane = entry.lane;
      Instant now = clock.instant();
      // One that is to be given up would be tried at once, again and again.
      if (lane != null
          && entry.phase == Entry.Phase.BUSY
          && entry.record != null
          && !lane.policy.schedule().isOver(entry.terms, now)) {
        entry.becomesDue(now.plus(READ_AGAIN));
        scheduler.states().place(entry, false);
      }
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Keeps an entry that something unforeseen happened to where the operator sees it; the next start tries it again. */
  void park(Entry entry, String reason) {
    scheduler.lock.lock();
    try {
      if (entry.phase != Entry.Phase.BUSY) {
        return;
      }
      if (entry.handedOver()) {
        entry.lastError = Optional.of(reason);
        scheduler.states().hold(entry);
      } else {
        // Straight from the chain: written as it is by whoever waits for it.
        entry.phase = Entry.Phase.READY;
        scheduler.census().put(entry);
      }
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Ends an entry that leaves nothing to be done: takes its record out of the log. */
  void end(Entry entry) {
    scheduler.lock.lock();
    try {
      entry.phase = Entry.Phase.ENDED;
      scheduler.census().remove(entry);
    } finally {
      scheduler.lock.unlock();
    }
    endLast(entry);
  }

  /** Takes the last record of an ended entry out; when it isn't here yet, its arrival does. */
  void endLast(Entry entry) {
    HeldRecord last;
    scheduler.lock.lock();
    try {
      last = entry.record;
      entry.record = null;
    } finally {
      scheduler.lock.unlock();
    }
    if (last != null && end(last)) {
      scheduler.lock.lock();
      try {
        forget(entry);
      } finally {
        scheduler.lock.unlock();
      }
    }
  }

  /** Takes a record out of the log. @return false when it will arrive again */
  boolean end(HeldRecord held) {
    try {
      held.end();
      return true;
    } catch (QueueException e) {
      // The log lost the connection that held it: it arrives again and is ended then.
      LOG.debug("A record will arrive again: {}", e.getMessage());
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      // Comes from closing only, which the loop asks for next.
      LOG.debug("Interrupted while the log is away");
    }
  }
}
