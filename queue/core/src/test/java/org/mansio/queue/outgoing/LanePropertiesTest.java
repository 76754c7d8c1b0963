package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens in whatever order: the counts are true, the limits are kept, and no lane starves. */
class LanePropertiesTest {
  private static final int ACTIVE_LIMIT = 8;
  private static final int CONCURRENCY = 3;
  private static final int LANES = LaneWorld.LANES;

  @Property(tries = 200)
  void countsAreTrueAndLimitsKept(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps, @ForAll boolean paced) {
    LaneWorld world = new LaneWorld(seed, ACTIVE_LIMIT, CONCURRENCY, paced ? rates() : RateLimits.NONE);

    for (int i = 0; i < steps; i++) {
      world.step();
      world.check();
    }
  }

  @Property(tries = 200)
  void whateverCameBeforeEachMailIsTriedOnceAllGoesWell(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int steps, @ForAll boolean paced) {
    LaneWorld world = new LaneWorld(seed, ACTIVE_LIMIT, CONCURRENCY, paced ? rates() : RateLimits.NONE);
    for (int i = 0; i < steps; i++) {
      world.step();
    }
    world.started.clear();
    for (int lane = 0; lane < LANES - 1; lane++) {
      world.arrive(lane);
    }

    // No mail waits longer than the longest rest, its own due time and its turn at the set rate.
    for (int i = 0; i < 2_000 && world.anyIn(UNDER_WAY).isPresent(); i++) {
      while (!world.attempted.isEmpty()) {
        world.attemptEnds(Feedback.TAKEN, false);
      }
      world.choresEnd();
      world.pass(Duration.ofSeconds(30));
    }

    assertThat(world.anyIn(UNDER_WAY)).isEmpty();
    world.check();
  }

  private static final Set<Entry.Phase> UNDER_WAY =
      Set.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.BUSY);

  @Property(tries = 50)
  void aLongLaneDoesNotDelayAShortOne(
      @ForAll long seed, @ForAll @IntRange(min = 20, max = 500) int length) {
    LaneWorld world = new LaneWorld(seed, ACTIVE_LIMIT, CONCURRENCY, RateLimits.NONE);
    for (int i = 0; i < length; i++) {
      world.arrive(0);
    }
    for (int lane = 1; lane < LANES - 1; lane++) {
      world.arrive(lane);
    }
    int ends = 0;
    while (world.started.stream().map(entry -> entry.lane).distinct().count() < LANES - 1) {
      world.attemptEnds(Feedback.TAKEN, false);
      ends++;
      assertThat(ends).isLessThan(2 * LANES);
    }
  }

  private static RateLimits rates() {
    return new RateLimits(
        Optional.of(new Rate(10, Duration.ofMinutes(1))),
        Optional.of(new Rate(20, Duration.ofMinutes(1))),
        Optional.of(new Rate(15, Duration.ofMinutes(1))));
  }
}
