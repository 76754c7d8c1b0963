package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.QueueControl.Hindrance;
import org.mansio.spi.queue.QueueControl.Hindrance.Cause;
import org.mansio.spi.queue.QueueControl.LaneStatus;
import org.mansio.spi.queue.QueueControl.RateLimit;

/** What operators are told of a lane, and why its mail doesn't go. */
class LaneDiagnosisTest {
  private static LaneWorld world(int activeLimit, RateLimits rates) {
    return new LaneWorld(1, activeLimit, 20, rates);
  }

  private static LaneStatus status(LaneWorld world, Lane lane) {
    return world.scheduler.diagnosis().status(lane);
  }

  private static Optional<Cause> cause(LaneWorld world, Lane lane) {
    return status(world, lane).hindrance().map(Hindrance::cause);
  }

  @Test
  void nothingIsInTheWayOfALaneWhoseMailIsUnderWay() {
    LaneWorld world = world(1_000, RateLimits.NONE);
    Lane lane = world.arrive(0).lane;

    LaneStatus status = status(world, lane);

    assertThat(status.active()).isEqualTo(1);
    assertThat(status.concurrency()).isEqualTo(LanePolicy.INITIAL_CONCURRENCY);
    assertThat(status.rates()).isEmpty();
    assertThat(status.hindrance()).isEmpty();
  }

  @Test
  void aFullWindowIsToldOfWithItsSizeAsItGrows() {
    LaneWorld world = world(1_000, RateLimits.NONE);
    Lane lane = world.arrive(0).lane;
    for (int i = 0; i < 100; i++) {
      world.arrive(0);
    }
    assertThat(cause(world, lane)).contains(Cause.WINDOW);

    world.attemptEnds(Feedback.TAKEN, false);

    LaneStatus status = status(world, lane);
    assertThat(status.concurrency()).isEqualTo(LanePolicy.INITIAL_CONCURRENCY + 1);
    assertThat(status.active()).isEqualTo(status.concurrency());
    assertThat(status.hindrance()).contains(new Hindrance(Cause.WINDOW, Optional.empty()));
  }

  @Test
  void aRateIsToldOfWithTheMomentAtWhichTheNextMailGoes() {
    Rate rate = new Rate(2, Duration.ofMinutes(1));
    LaneWorld world =
        world(1_000, new RateLimits(Optional.of(rate), Optional.empty(), Optional.of(rate)));
    Lane lane = world.arrive(0).lane;
    world.arrive(0);

    LaneStatus status = status(world, lane);

    assertThat(status.rates())
        .isEqualTo(List.of(
            new RateLimit(RateLimit.Kind.MAILS, 2, Duration.ofMinutes(1)),
            new RateLimit(RateLimit.Kind.CONNECTIONS, 2, Duration.ofMinutes(1))));
    assertThat(status.hindrance())
        .contains(new Hindrance(Cause.RATE, Optional.of(world.clock.instant().plusSeconds(30))));
    world.pass(Duration.ofSeconds(30));
    assertThat(world.started).hasSize(2);
    assertThat(cause(world, lane)).isEmpty();
  }

  @Test
  void aBackOffIsToldOfWithItsEndAndTheOneAttemptThatFollows() {
    LaneWorld world = world(1_000, RateLimits.NONE);
    Lane lane = world.arrive(0).lane;
    world.attemptEnds(Feedback.DOWN, true);

    LaneStatus status = status(world, lane);

    assertThat(status.hindrance())
        .contains(new Hindrance(Cause.BACKOFF, Optional.of(lane.backOffUntil)));
    assertThat(status.backOffUntil()).contains(lane.backOffUntil);
    assertThat(status.concurrency()).isEqualTo(1);
  }

  @Test
  void aPauseComesBeforeAllElse() {
    LaneWorld world = world(1_000, RateLimits.NONE);
    Lane lane = world.arrive(0).lane;
    world.attemptEnds(Feedback.DOWN, true);
    lane.paused = true;

    assertThat(status(world, lane).hindrance())
        .contains(new Hindrance(Cause.PAUSED, Optional.empty()));
  }

  @Test
  void aLaneMayStandInLineForThePlacesOfAll() {
    LaneWorld world = world(4, RateLimits.NONE);
    Lane lane = world.arrive(0).lane;
    for (int i = 0; i < 10; i++) {
      world.arrive(0);
    }

    assertThat(lane.active).isLessThan(status(world, lane).concurrency());
    assertThat(cause(world, lane)).contains(Cause.TURN);
  }
}
