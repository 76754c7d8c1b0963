package org.mansio.queue.outgoing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mansio.queue.outgoing.EntryCensus.Place;
import org.mansio.queue.record.Answer;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Transport;

/**
 * The operator's view of the outgoing entries. Counts and listings come from the census, operations from {@link
 * OperatorChanges}; none holds the scheduler's lock for longer than a batch takes.
 */
final class OutgoingControl implements QueueControl {
  /** Entries that one page looks at: at worst each has its mail read. */
  private static final int MAX_LOOKED_AT = 10_000;

  private final LaneScheduler scheduler;
  private final EntrySearch search;
  private final OperatorChanges changes;
  private final PausedDestinations paused;
  private final TransportCalls transports;
  private final EntryRestore restore;
  private final Drain drain;

  OutgoingControl(
      LaneScheduler scheduler,
      EntrySearch search,
      OperatorChanges changes,
      PausedDestinations paused,
      TransportCalls transports,
      EntryRestore restore,
      Drain drain) {
    this.scheduler = scheduler;
    this.search = search;
    this.changes = changes;
    this.paused = paused;
    this.transports = transports;
    this.restore = restore;
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
    return locked(() -> Stream.of(QueueEntry.State.values())
        .map(state -> new StateCount(
            state, scheduler.census().count(state), scheduler.census().oldest(state)))
        .toList());
  }

  @Override
  public List<LaneStatus> destinations() {
    List<LaneStatus> found = new ArrayList<>(locked(() -> scheduler.lanes().all().stream()
        .filter(lane -> !lane.members.isEmpty() || lane.rests())
        .map(scheduler.diagnosis()::status)
        .toList()));
    paused.names().stream()
        .filter(name -> found.stream().noneMatch(status -> isNamed(status, name)))
        .map(LaneStatus::pausedWithoutMail)
        .forEach(found::add);
    found.sort(
        Comparator.comparingLong(OutgoingControl::size).reversed().thenComparing(LaneStatus::lane));
    return found;
  }

  private static boolean isNamed(LaneStatus status, String name) {
    String lane = status.lane();
    return lane.equalsIgnoreCase(name)
        || lane.substring(lane.indexOf(':') + 1).equalsIgnoreCase(name);
  }

  private static long size(LaneStatus lane) {
    return lane.ready() + lane.active() + lane.deferred() + lane.waiting() + lane.held();
  }

  @Override
  public Page page(QueueFilter filter, Optional<String> after, int limit) {
    Answer found = placed(filter, after, limit);
    return new Page(found.entries().stream().map(Answer.Placed::entry).toList(), found.next());
  }

  /** A page whose entries say where they stand. */
  Answer placed(QueueFilter filter, Optional<String> after, int limit) {
    Looked<Answer.Placed> looked = look(
        filter,
        after,
        limit,
        entry -> search
            .describe(entry)
            .filter(filter::matches)
            .map(shown -> new Answer.Placed(Place.of(entry).toString(), shown)));
    return Answer.ofEntries(looked.found(), looked.next());
  }

  /** A page of entries with all that is kept of them. */
  Answer kept(QueueFilter filter, Optional<String> after, int limit) {
    Looked<Answer.Kept> looked = look(
        filter,
        after,
        limit,
        entry -> restore
            .record(entry)
            .map(record -> new Answer.Kept(Place.of(entry).toString(), record)));
    return Answer.ofKept(looked.found(), looked.next());
  }

  /** What was found, and behind which place there may be more. */
  private record Looked<T>(List<T> found, Optional<String> next) {}

  private <T> Looked<T> look(
      QueueFilter filter,
      Optional<String> after,
      int limit,
      Function<Entry, Optional<T>> description) {
    List<T> found = new ArrayList<>();
    Optional<Place> place = after.map(Place::parse);
    for (int looked = 0; looked < MAX_LOOKED_AT; looked += EntrySearch.BATCH) {
      EntrySearch.Batch batch = search.next(filter, entry -> true, place);
      for (Entry entry : batch.entries()) {
        if (found.size() == limit) {
          return new Looked<>(found, place.map(Place::toString));
        }
        description.apply(entry).ifPresent(found::add);
        place = Optional.of(Place.of(entry));
      }
      place = batch.next();
      if (place.isEmpty()) {
        break;
      }
    }
    return new Looked<>(found, place.map(Place::toString));
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return list(QueueFilter.of(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    if (filter.isAll()) {
      return counts().stream().mapToLong(StateCount::count).sum();
    }
    Predicate<Entry> any = entry -> true;
    return filter
        .state()
        .filter(state -> filter.equals(QueueFilter.of(state)))
        .map(state -> locked(() -> scheduler.census().count(state)))
        .orElseGet(() -> search.count(filter, any));
  }

  @Override
  public long preview(Operation operation, QueueFilter filter) {
    return search.count(filter, entry -> changes.touches(operation, entry));
  }

  @Override
  public long hold(QueueFilter filter) {
    return changes.hold(filter);
  }

  @Override
  public long release(QueueFilter filter) {
    return changes.release(filter);
  }

  @Override
  public long remove(QueueFilter filter) {
    return changes.remove(filter);
  }

  @Override
  public long bounce(QueueFilter filter, String reason) {
    return changes.bounce(filter, reason);
  }

  @Override
  public long move(QueueFilter filter, String lane) {
    int colon = lane.indexOf(':');
    String transport = lane.substring(0, Math.max(0, colon));
    String destination = lane.substring(colon + 1).toLowerCase(Locale.ROOT);
    if (transports.find(transport).isEmpty() || destination.isBlank()) {
      throw new IllegalArgumentException("'" + lane + "' isn't transport:destination with one of "
          + "the transports " + transports.names());
    }
    return changes.move(filter, transport, destination);
  }

  @Override
  public long retry(QueueFilter filter) {
    return changes.retry(filter);
  }

  @Override
  public boolean pause(String destination) {
    return changed(destination, paused::add);
  }

  @Override
  public boolean resume(String destination) {
    return changed(destination, paused::remove);
  }

  /** A change of what is paused. */
  @FunctionalInterface
  private interface PauseChange {
    boolean apply(String destination) throws IOException;
  }

  private boolean changed(String destination, PauseChange change) {
    boolean changed;
    try {
      changed = change.apply(destination);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write what is paused: " + e.getMessage(), e);
    }
    return locked(() -> {
      scheduler.pauseOrResume(scheduler.lanes().meantBy(destination.strip()));
      return changed;
    });
  }

  @Override
  public Stream<QueuedMail> export(QueueFilter filter) {
    return search
        .batches(filter, entry -> true)
        .flatMap(batch -> batch.entries().stream())
        .flatMap(entry -> restore.read(entry).stream());
  }

  @Override
  public boolean restore(QueuedMail mail) throws QueueException {
    return restore.restore(mail);
  }

  @Override
  public long start(String domain, boolean subdomains) {
    Optional<Place> end = search.end();
    List<Lane> lanes = locked(() -> {
      List<Lane> found = scheduler.lanes().to(domain, subdomains);
      found.forEach(scheduler::wake);
      return found;
    });
    long count = 0;
    Optional<Place> place = Optional.empty();
    boolean more = !lanes.isEmpty() && end.isPresent();
    while (more) {
      Optional<Place> after = place;
      List<Entry> batch = locked(() -> EntryCensus.next(lanes, after, EntrySearch.BATCH));
      count += locked(() -> {
        long requested = batch.stream().filter(scheduler.states()::request).count();
        scheduler.dispatch();
        return requested;
      });
      more = batch.size() == EntrySearch.BATCH;
      place = batch.isEmpty() ? place : Optional.of(Place.of(batch.getLast()));
      more &= place.filter(at -> at.compareTo(end.get()) < 0).isPresent();
    }
    return count;
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) throws InterruptedException {
    return drain.of(domains, through);
  }

  /** Entries for the domains that the next request would send. */
  long left(Collection<String> domains) {
    return drain.left(Set.copyOf(domains));
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
            lane.waiting.first().arrival()))
        .toList());
  }
}
