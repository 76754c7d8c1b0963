package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sleeps until an entry's alarm rings, or a lane's rest ends or its rate lets it go on, and tells the scheduler. What is due
 * at one moment may be all there is; it is done in parts, and between two of them the lock is free for others. All methods
 * but {@link #run} want the scheduler's lock held.
 */
final class QueueTimer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTimer.class);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  /** Lets those go on who wait for the lock, when there is more to do at once. */
  private static final Duration BREATH = Duration.ofNanos(100_000);

  /** Entries, and lanes, that are looked at without letting go of the lock: a few milliseconds' worth. */
  static final int PART = 1_000;

  /**
   * Entries at once that are given up, warned of or go back to the spool: after a long stop that may be all there are, each
   * with its mail in memory. Several commits' worth, so that none goes out half empty.
   */
  private static final int MAX_CHORES = 256;

  private final LaneScheduler scheduler;
  private final EntryAlarms alarms = new EntryAlarms();
  private final InstantSource clock;
  private final Condition changed;
  /** Lanes that are looked at in time, the first one first. */
  private final TreeSet<Lane> lanes = new TreeSet<>(
      Comparator.comparingLong((Lane lane) -> lane.alarm).thenComparing(lane -> lane.name));

  private final ClockWatch watch;
  private int chores;

  QueueTimer(LaneScheduler scheduler, InstantSource clock) {
    this.watch = new ClockWatch(clock.instant(), System::nanoTime);
    this.scheduler = scheduler;
    this.clock = clock;
    this.changed = scheduler.lock.newCondition();
  }

  /** Sets the alarm of an entry that nobody works on. */
  void set(Entry entry) {
    alarms.clear(entry);
    if (alarms.set(entry, clock.millis())) {
      changed.signalAll();
    }
  }

  void clear(Entry entry) {
    alarms.clear(entry);
  }

  /** Lets a lane rest as a whole. */
  void rest(Lane lane, Instant until) {
    lane.backOffUntil = until;
    look(lane, EntryAlarms.millis(until));
  }

  void endRest(Lane lane) {
    lanes.remove(lane);
    lane.alarm = EntryAlarms.NONE;
    lane.backOffUntil = null;
  }

  /** Looks at a lane when its rate lets it go on, unless it rests. */
  void pace(Lane lane, long until) {
    if (!lane.isBackedOff() && lane.alarm != until) {
      look(lane, until);
    }
  }

  private void look(Lane lane, long when) {
    lanes.remove(lane);
    lane.alarm = when;
    lanes.add(lane);
    if (lanes.first() == lane) {
      changed.signalAll();
    }
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
        // Always waits, since only that lets go of the lock.
        long ignored =
            changed.awaitNanos(Math.max(BREATH.toNanos(), TimeUnit.NANOSECONDS.convert(sleep)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** @return how long until there is something to do again; 0 when only a part is done */
  Duration wake(Instant now) {
    try {
      Duration back = watch.setBack(now);
      if (!back.isZero()) {
        follow(back);
      }
      boolean done = wakeEntries(now);
      done &= wakeLanes(now.toEpochMilli());
      done &= scheduler.recalls().goOn(PART);
      done &= scheduler.lanes().sweep(now, PART);
      scheduler.dispatch();
      return done ? untilNext(now.toEpochMilli()) : Duration.ZERO;
    } catch (RuntimeException | Error e) {
      // Without the timer nothing deferred would be tried until the next start.
      LOG.error("Waking deferred mail failed unexpectedly; it is tried again", e);
      return AFTER_FAILURE;
    }
  }

  /** What waits goes on waiting as long as it would have; a time that a sender asked for stays what it is. */
  private void follow(Duration back) {
    LOG.warn(
        "The clock was set back by {}: what waits for its next attempt doesn't wait longer", back);
    for (Entry entry : alarms.all()) {
      if (entry.phase == Entry.Phase.DEFERRED && !entry.isUntilRelease()) {
        alarms.clear(entry);
        entry.becomesDue(entry.due().minus(back));
        alarms.set(entry, clock.millis());
      }
    }
    for (Lane lane : scheduler.lanes().all()) {
      lane.straightAgain = clock.instant();
      if (lane.backOffUntil != null) {
        rest(lane, lane.backOffUntil.minus(back));
      }
    }
  }

  private boolean wakeEntries(Instant now) {
    for (int i = 0; i < PART; i++) {
      Optional<Entry> ringing =
          chores < MAX_CHORES ? alarms.ringing(now.toEpochMilli()) : Optional.empty();
      if (ringing.isEmpty()) {
        return true;
      }
      scheduler.rings(ringing.get(), now);
    }
    return false;
  }

  private boolean wakeLanes(long now) {
    for (int i = 0; i < PART; i++) {
      if (lanes.isEmpty() || lanes.first().alarm > now) {
        return true;
      }
      scheduler.lookAgain(lanes.first());
    }
    return false;
  }

  private Duration untilNext(long now) {
    long alarm = chores < MAX_CHORES ? alarms.first() : EntryAlarms.NONE;
    long lane = lanes.isEmpty() ? EntryAlarms.NONE : lanes.first().alarm;
    long wait = Math.clamp(Math.min(alarm, lane) - now, 0, LONGEST_SLEEP.toMillis());
    return Duration.ofMillis(wait);
  }
}
