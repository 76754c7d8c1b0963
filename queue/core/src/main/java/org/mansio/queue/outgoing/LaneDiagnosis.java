package org.mansio.queue.outgoing;

import java.time.InstantSource;
import java.util.Optional;

/** Tells people why mail isn't delivered yet. Guarded by the scheduler's lock. */
final class LaneDiagnosis {
  private static final String UNREACHABLE = "the destination can't be reached";
  private static final String NOT_ASKED_FOR = "its destination has not asked for it";
  private static final String AT_ITS_RATE =
      "more mail is waiting for its destination than the rate that is set for it lets go";

  private final LaneScheduler scheduler;
  private final InstantSource clock;

  LaneDiagnosis(LaneScheduler scheduler, InstantSource clock) {
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Why an entry isn't delivered yet. */
  String reason(Entry entry) {
    Lane lane = entry.lane;
    Optional<String> ofLane =
        lane == null || !lane.isBackedOff() ? Optional.empty() : lane.lastError;
    return ofLane.or(() -> entry.lastError).orElseGet(() -> {
      if (scheduler.waits(entry)) {
        return NOT_ASKED_FOR;
      }
      return lane != null && lane.pace.readyAt(clock.millis()) > clock.millis()
          ? AT_ITS_RATE
          : UNREACHABLE;
    });
  }
}
