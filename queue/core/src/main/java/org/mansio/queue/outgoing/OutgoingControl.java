package org.mansio.queue.outgoing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * The operator's view, on the index: a mail's entries by its id, a destination's by its lane. Only a filter on addresses
 * reads records, which are in memory.
 */
final class OutgoingControl implements QueueControl {
  /** Changes in one transaction. */
  private static final int CHUNK = 64;

  private static final Set<Entry.Phase> AT_REST =
      EnumSet.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.WAITING, Entry.Phase.HELD);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final TraceLog trace;
  private final InstantSource clock;
  private final BooleanSupplier closing;
  private final Drain drain;

  OutgoingControl(
      LaneScheduler scheduler,
      EntryBook book,
      TraceLog trace,
      InstantSource clock,
      BooleanSupplier closing,
      Drain drain) {
    this.scheduler = scheduler;
    this.book = book;
    this.trace = trace;
    this.clock = clock;
    this.closing = closing;
    this.drain = drain;
  }

  private <T> T locked(Supplier<T> action) {
    scheduler.lock.lock();
    try {
      return action.get();
    } finally {
      scheduler.lock.unlock();
    }
  }

  @Override
  public List<StateCount> counts() {
    Map<QueueEntry.State, Long> counts = new EnumMap<>(QueueEntry.State.class);
    Map<QueueEntry.State, Instant> oldest = new EnumMap<>(QueueEntry.State.class);
    scheduler.lock.lock();
    try {
      for (Entry entry : book.all()) {
        if (entry.phase != Entry.Phase.ENDED) {
          counts.merge(entry.state(), 1L, Long::sum);
          oldest.merge(entry.state(), entry.arrival, (a, b) -> a.isBefore(b) ? a : b);
        }
      }
    } finally {
      scheduler.lock.unlock();
    }
    return Stream.of(QueueEntry.State.values())
        .map(state -> new StateCount(
            state, counts.getOrDefault(state, 0L), Optional.ofNullable(oldest.get(state))))
        .toList();
  }

  @Override
  public List<LaneStatus> destinations() {
    return locked(() -> scheduler.lanes().all().stream()
        .filter(lane -> !lane.members.isEmpty() || lane.backOffUntil != null)
        .sorted(Comparator.comparingInt((Lane lane) -> lane.members.size())
            .reversed()
            .thenComparing(l -> l.name))
        .map(lane -> new LaneStatus(
            lane.name,
            lane.ready.size(),
            lane.active,
            lane.deferred,
            lane.waiting.size(),
            lane.held,
            lane.lastError,
            Optional.ofNullable(lane.backOffUntil)))
        .toList());
  }

  @Override
  public Stream<QueueEntry> list(QueueFilter filter) {
    List<Entry> found = locked(() -> candidates(filter));
    found.sort(
        Comparator.comparing((Entry entry) -> entry.arrival).thenComparing(entry -> entry.mailId));
    return found.stream().map(this::describe).flatMap(Optional::stream).filter(filter::matches);
  }

  private Optional<QueueEntry> describe(Entry entry) {
    return book.mail(entry).map(mail -> locked(() -> entry.describe(mail)));
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return list(QueueFilter.of(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    return matching(filter, EnumSet.complementOf(EnumSet.of(Entry.Phase.ENDED))).size();
  }

  /** Entries by what the index knows; with the lock held. */
  private List<Entry> candidates(QueueFilter filter) {
    Collection<Entry> from;
    if (filter.id().isPresent()) {
      from = book.of(filter.id().get());
    } else if (filter.destination().isPresent()) {
      from = ofDestination(filter.destination().get());
    } else {
      from = book.all();
    }
    List<Entry> result = new ArrayList<>();
    for (Entry entry : from) {
      if (entry.phase != Entry.Phase.ENDED
          && filter.state().map(state -> state == stateOf(entry)).orElse(true)
          && filter.destination().map(wanted -> isOn(entry.lane, wanted)).orElse(true)) {
        result.add(entry);
      }
    }
    return result;
  }

  private static QueueEntry.State stateOf(Entry entry) {
    return entry.phase == Entry.Phase.HELD ? QueueEntry.State.HELD : entry.state();
  }

  private static boolean isOn(@Nullable Lane lane, String wanted) {
    return lane != null && lane.isMeantBy(wanted);
  }

  private List<Entry> ofDestination(String wanted) {
    return scheduler.lanes().meantBy(wanted).stream()
        .flatMap(lane -> lane.members.stream())
        .toList();
  }

  private List<Entry> matching(QueueFilter filter, Set<Entry.Phase> phases) {
    List<Entry> found = locked(() -> {
      List<Entry> result = candidates(filter);
      result.removeIf(entry -> !phases.contains(entry.phase));
      return result;
    });
    if (filter.sender().isPresent() || filter.recipient().isPresent()) {
      found.removeIf(entry -> describe(entry).filter(filter::matches).isEmpty());
    }
    return found;
  }

  @Override
  public long hold(QueueFilter filter) {
    return change(
        filter,
        EnumSet.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.WAITING),
        "held",
        (entry, mail) -> next(entry, mail, true, entry.due));
  }

  @Override
  public long release(QueueFilter filter) {
    return change(
        filter,
        EnumSet.of(Entry.Phase.HELD),
        "released",
        (entry, mail) -> next(entry, mail, false, clock.instant()));
  }

  @Override
  public long remove(QueueFilter filter) {
    return change(
        filter,
        AT_REST,
        "removed",
        (entry, mail) -> new QueueRecord.Ended(entry.id, entry.generation + 1));
  }

  private static QueueRecord.Waiting next(
      Entry entry, SpooledMail mail, boolean held, Instant due) {
    return new QueueRecord.Waiting(
        entry.id,
        entry.generation + 1,
        entry.route,
        held,
        entry.attempts,
        due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due,
        entry.lastError,
        entry.warned,
        mail);
  }

  @Override
  public long retry(QueueFilter filter) {
    List<Entry> found = matching(filter, EnumSet.of(Entry.Phase.READY, Entry.Phase.DEFERRED));
    return locked(() -> {
      long count = 0;
      for (Entry entry : found) {
        if (entry.phase == Entry.Phase.DEFERRED && scheduler.makeDue(entry)) {
          count++;
        }
        if (entry.lane != null) {
          scheduler.wake(entry.lane);
        }
      }
      scheduler.dispatch();
      return count;
    });
  }

  @Override
  public long start(String domain, boolean subdomains) {
    return locked(() -> {
      long count = scheduler.lanes().to(domain, subdomains).stream()
          .mapToLong(scheduler::request)
          .sum();
      scheduler.dispatch();
      return count;
    });
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) throws InterruptedException {
    return drain.of(domains, through);
  }

  @Override
  public List<WaitingMail> waiting(Optional<String> domain) {
    return locked(() -> domain
        .<Collection<Lane>>map(name -> scheduler.lanes().to(name, false))
        .orElseGet(() -> scheduler.lanes().all())
        .stream()
        .filter(lane -> !lane.waiting.isEmpty())
        .sorted(Comparator.comparing((Lane lane) -> lane.destination).thenComparing(l -> l.name))
        .map(lane -> new WaitingMail(
            lane.destination,
            lane.name,
            lane.waiting.size(),
            lane.waitingOctets,
            lane.waiting.first().arrival))
        .toList());
  }

  private long change(
      QueueFilter filter,
      Set<Entry.Phase> phases,
      String what,
      BiFunction<Entry, SpooledMail, QueueRecord.OfEntry> next) {
    List<Entry> found = matching(filter, phases);
    long count = 0;
    for (int from = 0; from < found.size(); from += CHUNK) {
      List<EntryBook.Change> changes =
          take(found.subList(from, Math.min(found.size(), from + CHUNK)), phases, next);
      if (!changes.isEmpty() && book.write(changes, closing)) {
        count += changes.size();
        changes.forEach(change -> tell(change.entry(), what));
      }
    }
    return count;
  }

  private List<EntryBook.Change> take(
      List<Entry> entries,
      Set<Entry.Phase> phases,
      BiFunction<Entry, SpooledMail, QueueRecord.OfEntry> next) {
    Function<Entry, Optional<EntryBook.Change>> takeOne = entry -> {
      Optional<SpooledMail> mail = book.mail(entry);
      // Without a durable record the entry is on its way straight from the spool, and is left
      // alone.
      if (mail.isEmpty() || !phases.contains(entry.phase) || !entry.handedOver()) {
        return Optional.empty();
      }
      scheduler.take(entry);
      return Optional.of(
          new EntryBook.Change(entry, next.apply(entry, mail.get()), List.of(), List.of()));
    };
    return locked(() -> entries.stream().map(takeOne).flatMap(Optional::stream).toList());
  }

  private void tell(Entry entry, String what) {
    String where = entry.lane == null ? "spool" : entry.lane.name;
    trace.record(TraceEvent.now(entry.mailId, TraceEvent.Kind.OPERATOR, where, what));
  }
}
