package org.mansio.queue.outgoing;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.mansio.queue.log.Append;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.queue.QueueControl.Operation;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of entries at rest that an operator asks for. Those of a batch become durable together, each as a generation of
 * its entry. While a batch is written its entries are busy and the lock is free, so that at any depth mail goes on being
 * delivered. Thread-safe.
 */
final class OperatorChanges {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorChanges.class);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final EntrySearch search;
  private final AttemptRecorder recorder;
  private final ProductWriter products;
  private final TraceLog trace;
  private final InstantSource clock;
  private final BooleanSupplier closing;

  /** @param closing whether what can't be written now is given up */
  OperatorChanges(
      LaneScheduler scheduler,
      EntryBook book,
      EntrySearch search,
      AttemptRecorder recorder,
      ProductWriter products,
      TraceLog trace,
      InstantSource clock,
      BooleanSupplier closing) {
    this.scheduler = scheduler;
    this.book = book;
    this.search = search;
    this.recorder = recorder;
    this.products = products;
    this.trace = trace;
    this.clock = clock;
    this.closing = closing;
  }

  /** What an operation makes of one entry. */
  @FunctionalInterface
  private interface Maker {
    EntryBook.Change make(Taken taken) throws IOException;
  }

  /** An entry that is busy for its change. */
  private record Taken(Entry entry, boolean held, SpooledMail mail) {}

  /** Whether an operation would touch an entry; with the lock held. */
  boolean touches(Operation operation, Entry entry) {
    // Without a durable record the entry is on its way straight from the spool.
    return entry.handedOver()
        && phases(operation).contains(entry.phase)
        && switch (operation) {
          case HOLD, RELEASE, REMOVE -> true;
          case BOUNCE, MOVE -> entry.lane != null;
          case RETRY -> EntryStates.mayLeave(entry, clock.instant());
        };
  }

  private static Set<Entry.Phase> phases(Operation operation) {
    return switch (operation) {
      case HOLD -> EnumSet.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.WAITING);
      case RELEASE -> EnumSet.of(Entry.Phase.HELD);
      case RETRY -> EnumSet.of(Entry.Phase.DEFERRED);
      case REMOVE, BOUNCE, MOVE ->
        EnumSet.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.WAITING, Entry.Phase.HELD);
    };
  }

  long hold(QueueFilter filter) {
    return change(
        Operation.HOLD, filter, "held", taken -> next(taken, true, taken.entry().due()));
  }

  long release(QueueFilter filter) {
    return change(
        Operation.RELEASE, filter, "released", taken -> next(taken, false, clock.instant()));
  }

  long remove(QueueFilter filter) {
    return change(Operation.REMOVE, filter, "removed", taken -> ended(taken.entry(), List.of()));
  }

  long bounce(QueueFilter filter, String reason) {
    return change(
        Operation.BOUNCE,
        filter,
        "given up: " + reason,
        taken -> recorder.givenUp(taken.entry(), taken.mail(), reason));
  }

  /** A move ends the entry and begins another: the records of one entry stay with its lane. */
  long move(QueueFilter filter, String transport, String destination) {
    String lane = transport + ":" + destination;
    return change(
        Operation.MOVE, filter, entry -> !isOn(entry, lane), "moved to " + lane, taken -> {
          Route former = taken.entry().route.orElseThrow();
          Route route = new Route(transport, destination, former.failureProcessor());
          QueueRecord.Waiting moved = new QueueRecord.Waiting(
              UUID.randomUUID(),
              1,
              Optional.of(route),
              taken.held(),
              taken.entry().attempts,
              clock.instant(),
              taken.entry().lastError,
              taken.entry().warned,
              taken.mail());
          Append append = products.encode(List.of(), List.of(moved)).append();
          return ended(taken.entry(), append.entries());
        });
  }

  private static boolean isOn(Entry entry, String lane) {
    return entry.lane != null && entry.lane.name.equals(lane);
  }

  private static EntryBook.Change next(Taken taken, boolean held, Instant due) {
    Entry entry = taken.entry();
    QueueRecord.Waiting waiting = new QueueRecord.Waiting(
        entry.id,
        entry.generation + 1,
        entry.route,
        held,
        entry.attempts,
        due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due,
        entry.lastError,
        entry.warned,
        taken.mail());
    return new EntryBook.Change(entry, waiting, List.of(), List.of());
  }

  private static EntryBook.Change ended(Entry entry, List<Append.Entry> others) {
    return new EntryBook.Change(
        entry, new QueueRecord.Ended(entry.id, entry.generation + 1), List.of(), others);
  }

  private long change(Operation operation, QueueFilter filter, String told, Maker maker) {
    return change(operation, filter, entry -> true, told, maker);
  }

  private long change(
      Operation operation,
      QueueFilter filter,
      Predicate<Entry> condition,
      String told,
      Maker maker) {
    return search
        .batches(filter, condition.and(entry -> touches(operation, entry)))
        .mapToLong(batch -> change(operation, batch.entries(), told, maker))
        .sum();
  }

  private long change(Operation operation, List<Entry> entries, String told, Maker maker) {
    List<EntryBook.Change> changes = new ArrayList<>();
    for (Taken taken : take(operation, entries)) {
      try {
        changes.add(maker.make(taken));
      } catch (IOException | RuntimeException e) {
        LOG.error("{}: can't be {}, and stays as it was", taken.entry().mailId, told, e);
        putBack(taken.entry(), taken.held());
      }
    }
    if (changes.isEmpty() || !book.write(changes, closing)) {
      return 0;
    }
    changes.forEach(change -> tell(change.entry(), told));
    return changes.size();
  }

  private List<Taken> take(Operation operation, List<Entry> entries) {
    List<Entry> busy = new ArrayList<>();
    List<Boolean> held = new ArrayList<>();
    scheduler.lock.lock();
    try {
      for (Entry entry : entries) {
        // It may have gone its own way since it was found.
        if (touches(operation, entry)) {
          held.add(entry.phase == Entry.Phase.HELD);
          scheduler.states().take(entry);
          busy.add(entry);
        }
      }
    } finally {
      scheduler.lock.unlock();
    }
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < busy.size(); i++) {
      Entry entry = busy.get(i);
      boolean wasHeld = held.get(i);
      book.mail(entry)
          .ifPresentOrElse(
              mail -> taken.add(new Taken(entry, wasHeld, mail)), () -> putBack(entry, wasHeld));
    }
    return taken;
  }

  private void putBack(Entry entry, boolean held) {
    scheduler.lock.lock();
    try {
      scheduler.states().place(entry, held);
      scheduler.dispatch();
    } finally {
      scheduler.lock.unlock();
    }
  }

  /**
   * Lets entries go that are deferred, or ready in a lane that rests; nothing is written, since after a restart all are looked
   * at anyway.
   */
  long retry(QueueFilter filter) {
    Set<Lane> woken = new HashSet<>();
    return search
        .batches(filter, OperatorChanges::isDueOrDeferred)
        .mapToLong(batch -> retry(batch.entries(), woken))
        .sum();
  }

  private static boolean isDueOrDeferred(Entry entry) {
    return entry.phase == Entry.Phase.READY || entry.phase == Entry.Phase.DEFERRED;
  }

  /** @param woken lanes that rested before */
  private long retry(List<Entry> entries, Set<Lane> woken) {
    long count = 0;
    scheduler.lock.lock();
    try {
      for (Entry entry : entries) {
        Lane lane = entry.lane;
        if (lane != null && (lane.isBackedOff() || lane.failures > 0)) {
          woken.add(lane);
          scheduler.wake(lane);
        }
        boolean goes = switch (entry.phase) {
          case READY -> lane != null && woken.contains(lane);
          case DEFERRED -> scheduler.states().makeDue(entry);
          case BUSY, WAITING, HELD, ENDED -> false;
        };
        count += goes ? 1 : 0;
      }
      scheduler.dispatch();
    } finally {
      scheduler.lock.unlock();
    }
    return count;
  }

  private void tell(Entry entry, String what) {
    String where = entry.lane == null ? "spool" : entry.lane.name;
    trace.record(TraceEvent.now(entry.mailId, TraceEvent.Kind.OPERATOR, where, what));
  }
}
