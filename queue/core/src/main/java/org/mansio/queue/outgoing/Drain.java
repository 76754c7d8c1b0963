package org.mansio.queue.outgoing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.Transport;

/**
 * Empties the lanes of some domains over a connection that their owner opened, as on-demand relay does (RFC 2645). Beside
 * the scheduler it is the only one that begins attempts; each entry is taken from the scheduler for its attempt, so that
 * the two never try the same.
 */
final class Drain {
  /** Urgent mail first (RFC 6710), then in the order of arrival. */
  private static final Comparator<Entry> ORDER = Comparator.comparingInt(
          (Entry entry) -> -entry.terms.priority())
      .thenComparing(Entry.BY_ARRIVAL);

  private final LaneScheduler scheduler;
  private final Attempts attempts;
  private final InstantSource clock;

  Drain(LaneScheduler scheduler, Attempts attempts, InstantSource clock) {
    this.scheduler = scheduler;
    this.attempts = attempts;
    this.clock = clock;
  }

  /** What {@link QueueControl#drain} says. */
  QueueControl.Drained of(Collection<String> domains, Transport through)
      throws InterruptedException {
    Set<String> distinct = Set.copyOf(domains);
    long offered = 0;
    for (Entry entry : atRest(distinct)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted between two mails");
      }
      Optional<Lane> lane = take(entry);
      if (lane.isEmpty()) {
        continue;
      }
      Optional<TransportCalls.Tried> tried = attempts.attempt(entry, lane.get(), through);
      offered += tried.isPresent() ? 1 : 0;
      if (tried.isPresent() && tried.get().interrupted()) {
        throw new InterruptedException("interrupted while a mail was offered");
      }
      if (tried.isPresent() && tried.get().report().laneDown()) {
        break;
      }
    }
    return new QueueControl.Drained(offered, left(distinct));
  }

  private List<Entry> atRest(Set<String> domains) {
    scheduler.lock.lock();
    try {
      return entries(domains).filter(this::mayGo).sorted(ORDER).toList();
    } finally {
      scheduler.lock.unlock();
    }
  }

  private Stream<Entry> entries(Set<String> domains) {
    return domains.stream()
        .flatMap(domain -> scheduler.lanes().to(domain, false).stream())
        .flatMap(lane -> lane.members.stream());
  }

  /** One straight from the chain has no record yet, and is under way at this moment. */
  private boolean mayGo(Entry entry) {
    Instant now = clock.instant();
    return entry.handedOver()
        && !(entry.lane != null && entry.lane.paused)
        && entry.terms.isReleased(now)
        && !entry.terms.isReturned(now)
        && switch (entry.phase) {
          case READY, DEFERRED, WAITING -> true;
          case BUSY, HELD, ENDED -> false;
        };
  }

  /** The lane of the entry, which is busy now; empty when it went its own way in the meantime, or the queue closes. */
  private Optional<Lane> take(Entry entry) {
    scheduler.lock.lock();
    try {
      Lane lane = entry.lane;
      if (lane == null || !scheduler.isRunning() || !mayGo(entry)) {
        return Optional.empty();
      }
      scheduler.lend(entry, lane);
      return Optional.of(lane);
    } finally {
      scheduler.lock.unlock();
    }
  }

  long left(Set<String> domains) {
    scheduler.lock.lock();
    try {
      return entries(domains)
          .filter(entry -> entry.phase == Entry.Phase.BUSY || mayGo(entry))
          .count();
    } finally {
      scheduler.lock.unlock();
    }
  }
}
