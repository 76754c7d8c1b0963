package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.mansio.spi.queue.Route;

/**
 * Decides which entry is tried next. Lanes take turns, so that the length of one says nothing about the wait in another;
 * a lane has a limited number of attempts at once, which adapts to what its destination bears, and keeps to the rates that
 * are set for it; a dead lane rests as a whole and is then tried with one mail; and the last quarter of all places is kept
 * for lanes that have no attempt under way, so that slow lanes together can't hold up the others.
 *
 * <p>Nothing here blocks or touches the disk, and nothing that is done for each attempt takes time with the length of a lane
 * or of the queue, but for its logarithm. All methods want {@link #lock} held.
 */
final class LaneScheduler {
  final ReentrantLock lock = new ReentrantLock();
  private final LaneLimits limits;
  private final InstantSource clock;
  private final ToIntFunction<Lane> concurrency;
  private final Predicate<Lane> waitsForRequest;
  private final Predicate<Lane> paused;
  private final Starter starter;

  private final LaneIndex lanes;
  private final EntryCensus census = new EntryCensus();
  private final EntryStates states;
  private final LaneDiagnosis diagnosis;
  private final LaneTurns turns = new LaneTurns();
  private final QueueTimer timer;
  private final LaneRecalls recalls = new LaneRecalls(this);
  private int active;
  private boolean running;

  /** What the scheduler sets going; must not block. The end of all but attempts is told by {@link #choreDone}. */
  interface Starter {
    /** An attempt; its end is told by {@link #finished}. */
    void start(Entry entry);

    /** For an entry without a lane: its way back to the spool. */
    void backToSpool(Entry entry);

    /** Giving up an entry whose time is over, without an attempt. */
    void expire(Entry entry, String reason);

    /** Letting the sender of an entry hear that it takes long; it is placed again afterwards. */
    void warn(Entry entry);
  }

  /**
   * @param policies what is set for the lanes: among others when an entry has grown too old
   * @param concurrency attempts at once in a lane, at the most
   * @param waitsForRequest whether a lane's mail rests until it is asked for
   * @param paused whether an operator lets no attempt begin in a lane
   */
  LaneScheduler(
      LaneLimits limits,
      LanePolicies policies,
      InstantSource clock,
      ToIntFunction<Lane> concurrency,
      Predicate<Lane> waitsForRequest,
      Predicate<Lane> paused,
      Starter starter) {
    this.limits = limits;
    this.lanes = new LaneIndex(policies, clock);
    this.timer = new QueueTimer(this, clock);
    this.clock = clock;
    this.states = new EntryStates(this, timer, census, clock);
    this.diagnosis = new LaneDiagnosis(this, clock);
    this.concurrency = concurrency;
    this.waitsForRequest = waitsForRequest;
    this.paused = paused;
    this.starter = starter;
  }

  Lane lane(Route route) {
    Lane lane = lanes.of(route);
    lane.paused = paused.test(lane);
    return lane;
  }

  /** Looks again which of some lanes are paused. */
  void pauseOrResume(Collection<Lane> some) {
    for (Lane lane : some) {
      lane.paused = paused.test(lane);
      offer(lane);
    }
    dispatch();
  }

  /** Which entries are in which state. */
  EntryCensus census() {
    return census;
  }

  /** What brings entries from one state to another. */
  EntryStates states() {
    return states;
  }

  /** What tells why mail isn't delivered yet. */
  LaneDiagnosis diagnosis() {
    return diagnosis;
  }

  LaneIndex lanes() {
    return lanes;
  }

  /** Lets attempts begin, now that the transports are known and with them the lanes whose mail waits for a request. */
  void begin() {
    running = true;
    for (Lane lane : lanes.all()) {
      if (waitsForRequest.test(lane)) {
        lane.members.stream()
            .filter(
                entry -> entry.phase == Entry.Phase.READY || entry.phase == Entry.Phase.DEFERRED)
            .forEach(states::placeAgain);
      }
    }
    dispatch();
    timer.look();
  }

  /** Lets no further attempt begin. */
  void stop() {
    running = false;
    timer.look();
  }

  boolean isRunning() {
    return running;
  }

  /** Whether a mail is likely to be through its first attempt within the time, if it is offered now. */
  boolean isQuick(Lane lane, Duration within) {
    return running
        && !waitsForRequest.test(lane)
        && !lane.rests()
        && lane.failures == 0
        && active < limits.activeLimit()
        && lane.pace.readyAt(clock.millis()) <= clock.millis()
        && !clock.instant().isBefore(lane.straightAgain)
        && lane.expectedTime(concurrency.applyAsInt(lane)).compareTo(within) < 0;
  }

  /** Whether a lane's mail rests until its destination asks for it. */
  boolean waits(Lane lane) {
    return waitsForRequest.test(lane);
  }

  /** Whether the entry rests until its destination asks for it, whenever nobody works on it. */
  boolean waits(Entry entry) {
    return entry.lane != null && waitsForRequest.test(entry.lane);
  }

  /** Takes an entry for an attempt that isn't made over its lane's own transport; {@link #giveBack} ends it. */
  void lend(Entry entry, Lane lane) {
    states.take(entry);
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

  /** How many attempts a lane may have under way now. */
  int limit(Lane lane) {
    return lane.limit(concurrency.applyAsInt(lane));
  }

  /** Starts what may be started. */
  void dispatch() {
    while (running && active < limits.activeLimit()) {
      Optional<Lane> next = turns.next(active >= limits.unreserved());
      if (next.isEmpty()) {
        return;
      }
      Lane lane = next.get();
      Entry entry = lane.ready.first();
      states.take(entry);
      if (entry.terms.isReturned(clock.instant())) {
        // RFC 2852: too late for its sender, even if it could be delivered now.
        expire(entry);
        continue;
      }
      active++;
      lane.active++;
      lane.pace.begins(entry.recipients, clock.millis());
      offer(lane);
      starter.start(entry);
    }
  }

  /** Lets a lane line up for an attempt if it may begin one, now or when its rate lets it. */
  void offer(Lane lane) {
    boolean mayBegin =
        !lane.ready.isEmpty() && !lane.rests() && !lane.recalled && lane.active < limit(lane);
    if (!mayBegin) {
      turns.leave(lane);
      return;
    }
    long now = clock.millis();
    long from = lane.pace.readyAt(now);
    if (from <= now) {
      turns.join(lane, now);
    } else {
      turns.leave(lane);
      timer.pace(lane, from);
    }
  }

  /** An attempt is over. */
  void finished(Lane lane, AttemptEnd end) {
    int most = concurrency.applyAsInt(lane);
    boolean full = lane.active >= lane.limit(most);
    active--;
    lane.active--;
    lane.took(end.took());
    lane.lastError = end.error();
    lane.lastUsed = clock.instant();
    lane.pace.ended(end.connections(), clock.millis());
    switch (end.feedback()) {
      case TAKEN -> {
        lane.window.succeeded(full, most);
        wake(lane);
      }
      case ANSWERED -> {
        lane.window.ended();
        wake(lane);
      }
      case CONGESTED -> {
        lane.window.refused(lane.active, most);
        // With others under way fewer at once may do; one that is refused alone means that none
        // is wanted for a while.
        if (lane.active == 0) {
          down(lane);
        }
      }
      case DOWN -> {
        lane.window.restart(lane.policy.initialConcurrency());
        down(lane);
      }
    }
    offer(lane);
    dispatch();
  }

  private void down(Lane lane) {
    if (waitsForRequest.test(lane)) {
      // The next request finds out whether the destination is there, not the schedule.
      recalls.begin(lane);
    } else if (!lane.isBackedOff()) {
      lane.failures++;
      timer.rest(
          lane, clock.instant().plus(lane.backOff(limits.firstBackOff(), limits.longestBackOff())));
    }
  }

  /** Forgets a lane's failures, so that it is tried at once. */
  void wake(Lane lane) {
    timer.endRest(lane);
    lane.failures = 0;
    lane.recalled = false;
    offer(lane);
  }

  // ---- what the timer tells ----

  void rings(Entry entry, Instant now) {
    Lane lane = entry.lane;
    if (lane == null) {
      states.take(entry);
      timer.choreBegins();
      starter.backToSpool(entry);
      return;
    }
    Entry.Phase phase = entry.phase;
    boolean over = lane.policy.schedule().isOver(entry.terms, now);
    boolean returned = entry.terms.isReturned(now);
    if (over && !returned && phase == Entry.Phase.READY && !lane.rests()) {
      // Its last attempt is about to be made.
      timer.set(entry);
      return;
    }
    states.take(entry);
    if (phase == Entry.Phase.DEFERRED && !returned && (over || !entry.due().isAfter(now))) {
      entry.becomesDue(now);
      states.place(entry, false);
    } else if (over) {
      expire(entry);
    } else {
      timer.choreBegins();
      starter.warn(entry);
    }
  }

  /** A lane's rest is over, or its rate lets it go on. */
  void lookAgain(Lane lane) {
    timer.endRest(lane);
    offer(lane);
  }

  private void expire(Entry entry) {
    timer.choreBegins();
    starter.expire(entry, diagnosis.reason(entry));
  }

  /** What was asked of the starter is done, other than an attempt. */
  void choreDone() {
    timer.choreDone();
  }

  /** What goes back to wait since it was asked for in vain. */
  LaneRecalls recalls() {
    return recalls;
  }

  /** What tells when their time comes; it runs until {@link #stop}. */
  QueueTimer timer() {
    return timer;
  }
}
