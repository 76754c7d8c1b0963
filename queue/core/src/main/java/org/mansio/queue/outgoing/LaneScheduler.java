package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which entry is tried next. Lanes take turns, so that the length of one says nothing about the wait in another;
 * a lane has a limited number of attempts at once; a dead lane rests as a whole and is then tried with one mail; and the
 * last quarter of all places is kept for lanes that have no attempt under way, so that slow lanes together can't hold up
 * the others.
 *
 * <p>Nothing here blocks or touches the disk. All methods but {@link #run} want {@link #lock} held.
 */
final class LaneScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(LaneScheduler.class);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LaneLimits limits;
  private final RetrySchedule schedule;
  private final InstantSource clock;
  private final ToIntFunction<Lane> concurrency;
  private final Predicate<Lane> waitsForRequest;
  private final Starter starter;

  private final LaneIndex lanes = new LaneIndex();
  private final SequencedSet<Lane> idleLanes = new LinkedHashSet<>();
  private final SequencedSet<Lane> busyLanes = new LinkedHashSet<>();
  private final TreeSet<Entry> timers = new TreeSet<>(
      Comparator.comparing((Entry entry) -> entry.due).thenComparing(entry -> entry.id));
  private final TreeSet<Lane> resting = new TreeSet<>(Comparator.comparing(
          (Lane lane) -> lane.backOffUntil, Comparator.nullsFirst(Comparator.naturalOrder()))
      .thenComparing(lane -> lane.name));
  private int active;
  private boolean running;
  private boolean idleTurn;

  /** What the scheduler sets going; must not block. */
  interface Starter {
    /** An attempt, or for an entry without a lane its way back to the spool. */
    void start(Entry entry);

    /** Giving up an entry that grew too old while its lane rested. */
    void expire(Entry entry, String reason);
  }

  /**
   * @param concurrency attempts at once in a lane
   * @param waitsForRequest whether a lane's mail rests until it is asked for
   * @param schedule says when an entry in a resting lane has grown too old
   */
  LaneScheduler(
      LaneLimits limits,
      RetrySchedule schedule,
      InstantSource clock,
      ToIntFunction<Lane> concurrency,
      Predicate<Lane> waitsForRequest,
      Starter starter) {
    this.limits = limits;
    this.schedule = schedule;
    this.clock = clock;
    this.concurrency = concurrency;
    this.waitsForRequest = waitsForRequest;
    this.starter = starter;
  }

  Lane lane(Route route) {
    return lanes.of(route);
  }

  LaneIndex lanes() {
    return lanes;
  }

  int active() {
    return active;
  }

  /** Lets attempts begin, now that the transports are known and with them the lanes whose mail waits for a request. */
  void begin() {
    running = true;
    for (Lane lane : lanes.all()) {
      if (waitsForRequest.test(lane)) {
        lane.members.stream()
            .filter(
                entry -> entry.phase == Entry.Phase.READY || entry.phase == Entry.Phase.DEFERRED)
            .forEach(this::placeAgain);
      }
    }
    dispatch();
    changed.signalAll();
  }

  /** Lets no further attempt begin. */
  void stop() {
    running = false;
    changed.signalAll();
  }

  boolean isRunning() {
    return running;
  }

  /** Whether a mail is likely to be through its first attempt within the time, if it is offered now. */
  boolean isQuick(Lane lane, Duration within) {
    return running
        && !waitsForRequest.test(lane)
        && !lane.isBackedOff()
        && lane.failures == 0
        && active < limits.activeLimit()
        && !clock.instant().isBefore(lane.straightAgain)
        && lane.expectedTime(concurrency.applyAsInt(lane)).compareTo(within) < 0;
  }

  /** Puts an entry where it belongs while nobody works on it. */
  void place(Entry entry, boolean held) {
    if (held) {
      hold(entry);
    } else if (entry.lane != null && waitsForRequest.test(entry.lane)) {
      await(entry, entry.lane);
    } else if (entry.due.isAfter(clock.instant())) {
      defer(entry);
    } else {
      makeReady(entry);
    }
  }

  private void placeAgain(Entry entry) {
    take(entry);
    place(entry, false);
  }

  /** Lets an entry wait until its destination asks for it. */
  private static void await(Entry entry, Lane lane) {
    entry.phase = Entry.Phase.WAITING;
    lane.waiting.add(entry);
    lane.waitingOctets += entry.size;
  }

  /** Puts an entry where it may be started at once. */
  void makeReady(Entry entry) {
    entry.phase = Entry.Phase.READY;
    Lane lane = entry.lane;
    if (lane == null) {
      entry.due = clock.instant();
      timers.add(entry);
      changed.signalAll();
    } else {
      lane.ready.add(entry);
      offer(lane);
    }
  }

  /** Lets an entry wait until it is due. */
  void defer(Entry entry) {
    entry.phase = Entry.Phase.DEFERRED;
    if (entry.lane != null) {
      entry.lane.deferred++;
    }
    timers.add(entry);
    if (timers.first() == entry) {
      changed.signalAll();
    }
  }

  void hold(Entry entry) {
    entry.phase = Entry.Phase.HELD;
    if (entry.lane != null) {
      entry.lane.held++;
    }
  }

  /** Takes an entry out of wherever it waits; it is then busy. */
  void take(Entry entry) {
    Lane lane = entry.lane;
    switch (entry.phase) {
      case READY -> {
        if (lane == null) {
          timers.remove(entry);
        } else {
          lane.ready.remove(entry);
          offer(lane);
        }
      }
      case DEFERRED -> {
        timers.remove(entry);
        if (lane != null) {
          lane.deferred--;
        }
      }
      case WAITING -> {
        if (lane != null && lane.waiting.remove(entry)) {
          lane.waitingOctets -= entry.size;
        }
      }
      case HELD -> {
        if (lane != null) {
          lane.held--;
        }
      }
      case BUSY, ENDED -> {
        // Waits nowhere.
      }
    }
    entry.phase = Entry.Phase.BUSY;
  }

  /**
   * Makes all of a lane's mail due that waits for a request or for its next attempt.
   *
   * @return how many entries of the lane are due or under way now
   */
  long request(Lane lane) {
    wake(lane);
    long count = 0;
    for (Entry entry : lane.members) {
      switch (entry.phase) {
        case WAITING, DEFERRED -> {
          take(entry);
          entry.due = clock.instant();
          makeReady(entry);
          count++;
        }
        case READY, BUSY -> count++;
        case HELD, ENDED -> {
          // Kept, or over.
        }
      }
    }
    return count;
  }

  /** Takes an entry for an attempt that isn't made over its lane's own transport; {@link #giveBack} ends it. */
  void lend(Entry entry, Lane lane) {
    take(entry);
    lane.active++;
    offer(lane);
  }

  /** Such an attempt is over; it says nothing about the lane. */
  void giveBack(Lane lane) {
    lane.active--;
    lane.lastUsed = clock.instant();
    offer(lane);
    dispatch();
  }

  /** Starts what may be started. */
  void dispatch() {
    while (running && active < limits.activeLimit()) {
      Lane lane = nextLane();
      if (lane == null) {
        return;
      }
      Entry entry = lane.ready.removeFirst();
      entry.phase = Entry.Phase.BUSY;
      active++;
      lane.active++;
      offer(lane);
      starter.start(entry);
    }
  }

  private @Nullable Lane nextLane() {
    idleTurn = !idleTurn;
    boolean reserved = active >= limits.unreserved();
    if (!idleLanes.isEmpty() && (idleTurn || reserved || busyLanes.isEmpty())) {
      return idleLanes.removeFirst();
    }
    return reserved || busyLanes.isEmpty() ? null : busyLanes.removeFirst();
  }

  private void offer(Lane lane) {
    idleLanes.remove(lane);
    busyLanes.remove(lane);
    if (!lane.ready.isEmpty()
        && !lane.isBackedOff()
        && lane.active < lane.limit(concurrency.applyAsInt(lane))) {
      (lane.active == 0 ? idleLanes : busyLanes).add(lane);
    }
  }

  /**
   * An attempt is over.
   *
   * @param error of the attempt; empty when all went well
   */
  void finished(Lane lane, Duration took, boolean laneDown, Optional<String> error) {
    active--;
    lane.active--;
    lane.took(took);
    lane.lastError = error;
    lane.lastUsed = clock.instant();
    if (laneDown && waitsForRequest.test(lane)) {
      // The next request finds out whether the destination is there, not the schedule.
      List.copyOf(lane.ready).forEach(this::placeAgain);
    } else if (laneDown) {
      if (!lane.isBackedOff()) {
        lane.failures++;
        rest(
            lane,
            clock.instant().plus(lane.backOff(limits.firstBackOff(), limits.longestBackOff())));
      }
    } else {
      wake(lane);
    }
    offer(lane);
    dispatch();
  }

  /** Forgets a lane's failures, so that it is tried at once. */
  void wake(Lane lane) {
    resting.remove(lane);
    lane.backOffUntil = null;
    lane.failures = 0;
    offer(lane);
  }

  private void rest(Lane lane, Instant until) {
    lane.backOffUntil = until;
    resting.add(lane);
    offer(lane);
    changed.signalAll();
  }

  /** Makes entries and lanes ready when their time comes, until {@link #stop}. */
  void run() {
    lock.lock();
    try {
      while (running) {
        Instant now = clock.instant();
        Duration sleep = wake(now);
        if (sleep.isPositive()) {
          long ignored = changed.awaitNanos(TimeUnit.NANOSECONDS.convert(sleep));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** @return how long until there is something to do again */
  private Duration wake(Instant now) {
    try {
      wakeEntries(now);
      wakeLanes(now);
      dispatch();
      return untilNext(now);
    } catch (RuntimeException | Error e) {
      // Without the timer nothing deferred would be tried until the next start.
      LOG.error("Waking deferred mail failed unexpectedly; it is tried again", e);
      return AFTER_FAILURE;
    }
  }

  private void wakeEntries(Instant now) {
    while (!timers.isEmpty() && !timers.first().due.isAfter(now)) {
      Entry entry = timers.first();
      take(entry);
      if (entry.lane == null) {
        starter.start(entry);
      } else {
        place(entry, false);
      }
    }
  }

  private void wakeLanes(Instant now) {
    while (!resting.isEmpty() && isOver(resting.first(), now)) {
      Lane lane = resting.removeFirst();
      lane.backOffUntil = null;
      List<Entry> old =
          lane.ready.stream().filter(e -> schedule.isOver(e.arrival, now)).toList();
      for (Entry entry : old) {
        take(entry);
        starter.expire(entry, lane.lastError.orElse("the destination can't be reached"));
      }
      offer(lane);
    }
    lanes.sweep(now);
  }

  private static boolean isOver(Lane lane, Instant now) {
    return lane.backOffUntil == null || !lane.backOffUntil.isAfter(now);
  }

  private Duration untilNext(Instant now) {
    List<Instant> next = new ArrayList<>(List.of(now.plus(LONGEST_SLEEP)));
    if (!timers.isEmpty()) {
      next.add(timers.first().due);
    }
    if (!resting.isEmpty() && resting.first().backOffUntil != null) {
      next.add(resting.first().backOffUntil);
    }
    return Duration.between(now, next.stream().min(Comparator.naturalOrder()).orElse(now));
  }
}
