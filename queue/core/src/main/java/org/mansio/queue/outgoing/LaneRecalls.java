package org.mansio.queue.outgoing;

import java.util.ArrayDeque;

/**
 * Lets mail that waits for a request go back to wait, when it was asked for and its destination can't be reached then. A
 * lane may hold any number of them, so that they go in parts, of which the timer sees to all but the first; in the meantime
 * the lane isn't tried. Guarded by the scheduler's lock.
 */
final class LaneRecalls {
  private final LaneScheduler scheduler;
  private final ArrayDeque<Lane> lanes = new ArrayDeque<>();

  LaneRecalls(LaneScheduler scheduler) {
    this.scheduler = scheduler;
  }

  void begin(Lane lane) {
    if (!lane.recalled) {
      lane.recalled = true;
      lanes.add(lane);
    }
    if (!goOn(QueueTimer.PART)) {
      scheduler.timer().look();
    }
  }

  /**
   * Goes on with it; a lane that was asked for again, or has answered, keeps what it has.
   *
   * @param most entries to move now
   * @return false when there are more to move
   */
  boolean goOn(int most) {
    int left = most;
    while (!lanes.isEmpty()) {
      Lane lane = lanes.getFirst();
      while (left > 0 && lane.recalled && !lane.ready.isEmpty() && scheduler.waits(lane)) {
        scheduler.states().placeAgain(lane.ready.first());
        left--;
      }
      if (left == 0) {
        return false;
      }
      lanes.removeFirst();
      lane.recalled = false;
      scheduler.offer(lane);
    }
    return true;
  }
}
