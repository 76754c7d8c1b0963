package org.mansio.queue.outgoing;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Brings entries from one state to another: ready, deferred, waiting for a request or held while nobody works on them, else
 * busy. What counts or lists them by it, the lane, the census and the timer, hears of each change. Nothing here begins an
 * attempt; the scheduler is told of a lane that may. Nothing takes time with the length of a lane or of the queue, but for
 * its logarithm. Guarded by the scheduler's lock.
 */
final class EntryStates {
  /** How long ago, in milliseconds, what stood in line straight from the chain can have come; some patiences. */
  private static final long JUST_CAME = 10_000;

  private final LaneScheduler scheduler;
  private final QueueTimer timer;
  private final EntryCensus census;
  private final InstantSource clock;
  private long readied;

  EntryStates(LaneScheduler scheduler, QueueTimer timer, EntryCensus census, InstantSource clock) {
    this.scheduler = scheduler;
    this.timer = timer;
    this.census = census;
    this.clock = clock;
  }

  /** Puts an entry where it belongs while nobody works on it. */
  void place(Entry entry, boolean held) {
    Instant now = clock.instant();
    if (held) {
      hold(entry);
    } else if (!mayLeave(entry, now)) {
      // RFC 4865: whatever an operator or a destination asks for, nothing leaves before.
      entry.becomesDue(entry.terms.since());
      defer(entry);
    } else if (scheduler.waits(entry)) {
      await(entry);
    } else if (entry.due().isAfter(now)) {
      defer(entry);
    } else {
      makeReady(entry);
    }
  }

  /** What is on its way into the chain may always go; its release concerns the delivery. */
  static boolean mayLeave(Entry entry, Instant now) {
    return entry.lane == null || entry.terms.isReleased(now);
  }

  void placeAgain(Entry entry) {
    take(entry);
    place(entry, false);
  }

  /** Puts an entry where it may be started at once. */
  void makeReady(Entry entry) {
    entry.phase = Entry.Phase.READY;
    Lane lane = entry.lane;
    if (lane == null) {
      entry.becomesDue(clock.instant());
    } else {
      entry.readySince = readySince(entry, clock.millis());
      entry.turn = ++readied;
      lane.ready.add(entry);
      scheduler.offer(lane);
    }
    census.put(entry);
    timer.set(entry);
  }

  /** What has just come and wasn't tried yet may have stood in line before, straight from the chain: it stands no worse now. */
  private static long readySince(Entry entry, long now) {
    long arrival = entry.arrival().toEpochMilli();
    boolean justCame = entry.attempts == 0 && arrival <= now && now - arrival < JUST_CAME;
    return justCame ? arrival : now;
  }

  /** Lets an entry wait until it is due. */
  private void defer(Entry entry) {
    entry.phase = Entry.Phase.DEFERRED;
    if (entry.lane != null) {
      entry.lane.deferred++;
    }
    census.put(entry);
    timer.set(entry);
  }

  /** Lets an entry wait until its destination asks for it. */
  private void await(Entry entry) {
    entry.phase = Entry.Phase.WAITING;
    if (entry.lane != null) {
      entry.lane.waiting.add(entry);
      entry.lane.waitingOctets += entry.size;
    }
    census.put(entry);
    timer.set(entry);
  }

  void hold(Entry entry) {
    entry.phase = Entry.Phase.HELD;
    if (entry.lane != null) {
      entry.lane.held++;
    }
    census.put(entry);
  }

  /** Takes an entry out of wherever it waits; it is then busy. */
  void take(Entry entry) {
    timer.clear(entry);
    Entry.Phase phase = entry.phase;
    entry.phase = Entry.Phase.BUSY;
    census.put(entry);
    Lane lane = entry.lane;
    if (lane == null) {
      return;
    }
    switch (phase) {
      case READY -> {
        lane.ready.remove(entry);
        scheduler.offer(lane);
      }
      case DEFERRED -> lane.deferred--;
      case WAITING -> {
        lane.waiting.remove(entry);
        lane.waitingOctets -= entry.size;
      }
      case HELD -> lane.held--;
      case BUSY, ENDED -> {
        // Waits nowhere.
      }
    }
  }

  /** Makes an entry due that waits for a request or for its next attempt. @return whether it is due or under way now */
  boolean request(Entry entry) {
    return switch (entry.phase) {
      case READY, BUSY -> true;
      case WAITING, DEFERRED -> makeDue(entry);
      case HELD, ENDED -> false;
    };
  }

  /** Makes an entry ready that waits for its time, unless it may not leave yet. @return whether it is ready now */
  boolean makeDue(Entry entry) {
    Instant now = clock.instant();
    if (!mayLeave(entry, now)) {
      return false;
    }
    take(entry);
    entry.becomesDue(now);
    makeReady(entry);
    return true;
  }
}
