package org.mansio.queue.outgoing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.spi.queue.QueueControl.Hindrance;
import org.mansio.spi.queue.QueueControl.Hindrance.Cause;
import org.mansio.spi.queue.QueueControl.LaneStatus;
import org.mansio.spi.queue.QueueControl.RateLimit;

/** Tells people why mail isn't delivered yet, and how its destination is treated. Guarded by the scheduler's lock. */
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

  /** A lane as operators see it. */
  LaneStatus status(Lane lane) {
    return new LaneStatus(
        lane.name,
        lane.ready.size(),
        lane.active,
        lane.deferred,
        lane.waiting.size(),
        lane.held,
        lane.paused,
        lane.members.stream()
            .filter(entry -> entry.phase != Entry.Phase.ENDED)
            .findFirst()
            .map(entry -> entry.arrival()),
        lane.lastError,
        Optional.ofNullable(lane.backOffUntil),
        scheduler.limit(lane),
        rates(lane.policy.rates()),
        hindrance(lane));
  }

  private static List<RateLimit> rates(RateLimits limits) {
    return Stream.of(
            limits.mails().map(rate -> limit(RateLimit.Kind.MAILS, rate)),
            limits.recipients().map(rate -> limit(RateLimit.Kind.RECIPIENTS, rate)),
            limits.connections().map(rate -> limit(RateLimit.Kind.CONNECTIONS, rate)))
        .flatMap(Optional::stream)
        .toList();
  }

  private static RateLimit limit(RateLimit.Kind kind, Rate rate) {
    return new RateLimit(kind, rate.count(), rate.period());
  }

  private Optional<Hindrance> hindrance(Lane lane) {
    if (lane.paused) {
      return Optional.of(new Hindrance(Cause.PAUSED, Optional.empty()));
    }
    if (lane.isBackedOff()) {
      return Optional.of(new Hindrance(Cause.BACKOFF, Optional.ofNullable(lane.backOffUntil)));
    }
    if (lane.ready.isEmpty()) {
      return Optional.empty();
    }
    long now = clock.millis();
    long from = lane.pace.readyAt(now);
    if (from > now) {
      return Optional.of(new Hindrance(Cause.RATE, Optional.of(Instant.ofEpochMilli(from))));
    }
    // Whatever may begin has begun by now, unless others have all the places.
    Cause cause = lane.active >= scheduler.limit(lane) ? Cause.WINDOW : Cause.TURN;
    return Optional.of(new Hindrance(cause, Optional.empty()));
  }
}
