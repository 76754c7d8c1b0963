package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sleeps until an entry's alarm rings or a lane's rest ends, and tells the scheduler. All methods but {@link #run} want the
 * scheduler's lock held.
 */
final class QueueTimer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTimer.class);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  /**
   * Entries at once that are given up, warned of or go back to the spool: after a long stop that may be all there are, each
   * with its mail in memory. Several commits' worth, so that none goes out half empty.
   */
  private static final int MAX_CHORES = 256;

  private final LaneScheduler scheduler;
  private final EntryAlarms alarms;
  private final InstantSource clock;
  private final Condition changed;
  private final TreeSet<Lane> resting = new TreeSet<>(Comparator.comparing(
          (Lane lane) -> lane.backOffUntil, Comparator.nullsFirst(Comparator.naturalOrder()))
      .thenComparing(lane -> lane.name));
  private int chores;

  QueueTimer(LaneScheduler scheduler, RetrySchedule schedule, InstantSource clock) {
    this.scheduler = scheduler;
    this.alarms = new EntryAlarms(schedule);
    this.clock = clock;
    this.changed = scheduler.lock.newCondition();
  }

  /** Sets the alarm of an entry that nobody works on. */
  void set(Entry entry) {
    alarms.clear(entry);
    if (alarms.set(entry, clock.instant())) {
      changed.signalAll();
    }
  }

  void clear(Entry entry) {
    alarms.clear(entry);
  }

  void rest(Lane lane, Instant until) {
    lane.backOffUntil = until;
    resting.add(lane);
    changed.signalAll();
  }

  void endRest(Lane lane) {
    resting.remove(lane);
    lane.backOffUntil = null;
  }

  /** Looks at once whether there is something to do, or whether the scheduler has stopped. */
  void look() {
    changed.signalAll();
  }

  /** Something begins that an alarm asked for; {@link #choreDone} ends it. */
  void choreBegins() {
    chores++;
  }

  void choreDone() {
    if (chores-- == MAX_CHORES) {
      changed.signalAll();
    }
  }

  /** Works until the scheduler stops. */
  @Override
  public void run() {
    scheduler.lock.lock();
    try {
      while (scheduler.isRunning()) {
        Duration sleep = wake(clock.instant());
        if (sleep.isPositive()) {
          long ignored = changed.awaitNanos(TimeUnit.NANOSECONDS.convert(sleep));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** @return how long until there is something to do again */
  Duration wake(Instant now) {
    try {
      wakeEntries(now);
      wakeLanes(now);
      scheduler.dispatch();
      return untilNext(now);
    } catch (RuntimeException | Error e) {
      // Without the timer nothing deferred would be tried until the next start.
      LOG.error("Waking deferred mail failed unexpectedly; it is tried again", e);
      return AFTER_FAILURE;
    }
  }

  private void wakeEntries(Instant now) {
    Optional<Entry> ringing = alarms.ringing(now);
    while (ringing.isPresent() && chores < MAX_CHORES) {
      scheduler.rings(ringing.get(), now);
      ringing = alarms.ringing(now);
    }
  }

  private void wakeLanes(Instant now) {
    while (!resting.isEmpty() && isOver(resting.first(), now)) {
      scheduler.rested(resting.first());
    }
    scheduler.lanes().sweep(now);
  }

  private static boolean isOver(Lane lane, Instant now) {
    return lane.backOffUntil == null || !lane.backOffUntil.isAfter(now);
  }

  private Duration untilNext(Instant now) {
    Optional<Instant> alarm = chores < MAX_CHORES ? alarms.first() : Optional.empty();
    Optional<Instant> rested =
        resting.isEmpty() ? Optional.empty() : Optional.ofNullable(resting.first().backOffUntil);
    return Stream.of(alarm, rested)
        .flatMap(Optional::stream)
        .map(time -> Duration.between(now, time))
        .filter(duration -> duration.compareTo(LONGEST_SLEEP) < 0)
        .min(Comparator.naturalOrder())
        .orElse(LONGEST_SLEEP);
  }
}
