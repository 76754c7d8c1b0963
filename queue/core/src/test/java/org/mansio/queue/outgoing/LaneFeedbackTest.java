package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a lane's destination is treated by how its attempts end, and how fast mail goes to it. */
class LaneFeedbackTest {
  private static final int MANY = 20_000;

  private final LaneWorld world = world(RateLimits.NONE);

  private static LaneWorld world(RateLimits rates) {
    return new LaneWorld(1, 1_000, 20, rates);
  }

  private static RateLimits mails(int count) {
    return new RateLimits(
        Optional.of(new Rate(count, Duration.ofMinutes(1))), Optional.empty(), Optional.empty());
  }

  private Lane fill(int lane, int mails) {
    Lane filled = world.arrive(lane).lane;
    for (int i = 1; i < mails; i++) {
      world.arrive(lane);
    }
    return filled;
  }

  @Test
  void aLaneBeginsSmallAndGrowsWithSuccess() {
    Lane lane = fill(0, 100);
    assertThat(lane.active).isEqualTo(LanePolicy.INITIAL_CONCURRENCY);

    for (int i = 0; i < 15; i++) {
      world.attemptEnds(Feedback.TAKEN, false);
    }

    assertThat(lane.active).isEqualTo(20);
  }

  @Test
  void answersThatConcernTheMailChangeNothing() {
    Lane lane = fill(0, 100);

    for (int i = 0; i < 15; i++) {
      world.attemptEnds(Feedback.ANSWERED, true);
    }

    assertThat(lane.active).isEqualTo(LanePolicy.INITIAL_CONCURRENCY);
    assertThat(lane.isBackedOff()).isFalse();
  }

  @Test
  void whoHasEnoughGetsFewerAtOnceAndTheRestGoesOn() {
    Lane lane = fill(0, 100);
    for (int i = 0; i < 15; i++) {
      world.attemptEnds(Feedback.TAKEN, false);
    }

    world.attemptEnds(Feedback.CONGESTED, true);

    assertThat(lane.isBackedOff()).isFalse();
    assertThat(lane.limit(20)).isEqualTo(10);
    for (int i = 0; i < 15; i++) {
      world.attemptEnds(Feedback.TAKEN, false);
    }
    assertThat(lane.active).isEqualTo(10);
  }

  @Test
  void aDestinationThatIsAwayIsFoundOutByFewOfItsMails() {
    Lane lane = fill(0, MANY);

    for (int hour = 0; hour < 24; hour++) {
      while (!world.attempted.isEmpty()) {
        world.attemptEnds(Feedback.DOWN, true);
      }
      assertThat(lane.isBackedOff()).isTrue();
      world.pass(Duration.ofHours(1));
      world.chores.clear();
    }

    // Five to begin with, then one each time that the rest is over.
    assertThat(world.started).hasSizeLessThan(5 + 24 + 1);
  }

  @Test
  void aDestinationThatHasEnoughOfEachIsFoundOutByFewOfItsMails() {
    Lane lane = fill(0, MANY);

    while (!world.attempted.isEmpty()) {
      world.attemptEnds(Feedback.CONGESTED, true);
    }

    assertThat(lane.isBackedOff()).isTrue();
    assertThat(world.started).hasSizeLessThan(20);
  }

  @Test
  void afterARestOneMailTriesAndItsSuccessLetsTheOthersGo() {
    Lane lane = fill(0, 100);
    while (!world.attempted.isEmpty()) {
      world.attemptEnds(Feedback.DOWN, true);
    }

    world.pass(Duration.ofSeconds(30));
    assertThat(lane.active).isEqualTo(1);
    world.attemptEnds(Feedback.TAKEN, false);

    assertThat(lane.active).isGreaterThanOrEqualTo(LanePolicy.INITIAL_CONCURRENCY);
  }

  @Test
  void aLongOnDemandLaneGoesBackToWaitInPartsAndLetsOthersThrough() {
    int onDemand = LaneWorld.LANES - 1;
    Lane lane = fill(onDemand, MANY);
    List.copyOf(lane.waiting).forEach(world.scheduler.states()::request);
    world.scheduler.dispatch();
    assertThat(lane.ready).hasSizeGreaterThan(MANY - 100);

    world.end(world.attempted.getFirst(), Feedback.DOWN, true, 1);
    assertThat(lane.ready).hasSizeGreaterThan(MANY / 2);
    int active = lane.active;
    Entry other = world.arrive(0);
    assertThat(world.attempted).contains(other);
    assertThat(lane.active).isEqualTo(active);
    for (int i = 0; i <= MANY / QueueTimer.PART; i++) {
      world.pass(Duration.ZERO);
    }

    assertThat(lane.ready).isEmpty();
    assertThat(lane.waiting).hasSize(MANY - active);
    assertThat(lane.recalled).isFalse();
    assertThat(lane.isBackedOff()).isFalse();
  }

  @Test
  void anotherRequestEndsTheWayBack() {
    Lane lane = fill(LaneWorld.LANES - 1, 3 * QueueTimer.PART);
    List.copyOf(lane.waiting).forEach(world.scheduler.states()::request);
    world.scheduler.dispatch();
    world.end(world.attempted.getFirst(), Feedback.DOWN, true, 1);
    assertThat(lane.recalled).isTrue();

    world.scheduler.wake(lane);
    List.copyOf(lane.waiting).forEach(world.scheduler.states()::request);
    world.scheduler.dispatch();
    for (int i = 0; i < 5; i++) {
      world.pass(Duration.ZERO);
    }

    assertThat(lane.waiting).isEmpty();
    assertThat(lane.active).isPositive();
  }

  @Test
  void mailsGoAtTheirRateAndOtherLanesAtTheirs() {
    LaneWorld paced = world(mails(60));
    for (int i = 0; i < 100; i++) {
      paced.arrive(0);
    }
    paced.arrive(1);
    assertThat(paced.started).hasSize(2);
    assertThat(paced.scheduler.diagnosis().reason(paced.all.get(1))).contains("the rate");

    List<Integer> startedBy = new ArrayList<>();
    for (int second = 1; second <= 60; second++) {
      while (!paced.attempted.isEmpty()) {
        paced.attemptEnds(Feedback.TAKEN, false);
      }
      paced.pass(Duration.ofSeconds(1));
      startedBy.add(paced.started.size());
    }

    assertThat(startedBy.getFirst()).isEqualTo(3);
    assertThat(startedBy.get(29)).isEqualTo(32);
    assertThat(startedBy.getLast()).isEqualTo(62);
  }

  @Test
  void aLaneAtItsRateIsNotQuick() {
    LaneWorld paced = world(mails(6));
    Lane lane = paced.arrive(0).lane;
    paced.attemptEnds(Feedback.TAKEN, false);

    assertThat(paced.scheduler.isQuick(lane, Duration.ofHours(1))).isFalse();
    paced.pass(Duration.ofSeconds(10));

    assertThat(paced.scheduler.isQuick(lane, Duration.ofHours(1))).isTrue();
  }

  @Test
  void whatGoesOverAKeptConnectionDoesNotCountAsOne() {
    LaneWorld paced = world(new RateLimits(
        Optional.empty(), Optional.empty(), Optional.of(new Rate(1, Duration.ofMinutes(1)))));
    for (int i = 0; i < 10; i++) {
      paced.arrive(0);
    }

    paced.end(paced.attempted.getFirst(), Feedback.TAKEN, false, 1);
    assertThat(paced.attempted).isEmpty();
    paced.pass(Duration.ofMinutes(1));
    for (int i = 0; i < 5; i++) {
      assertThat(paced.attempted).hasSize(1);
      paced.end(paced.attempted.getFirst(), Feedback.TAKEN, false, 0);
    }
    paced.end(paced.attempted.getFirst(), Feedback.TAKEN, false, 2);

    assertThat(paced.attempted).isEmpty();
    paced.pass(Duration.ofMinutes(1));
    assertThat(paced.attempted).isEmpty();
    paced.pass(Duration.ofMinutes(1));
    assertThat(paced.attempted).hasSize(1);
  }

  @Test
  void whatIsDueAtOnceIsMadeReadyInParts() {
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 3 * QueueTimer.PART; i++) {
      Entry entry = world.arrive(i % 3);
      if (entry.phase == Entry.Phase.READY) {
        world.scheduler.states().take(entry);
        entry.becomesDue(world.clock.instant().plusSeconds(60));
        world.scheduler.states().place(entry, false);
        all.add(entry);
      }
    }
    world.clock.advance(Duration.ofSeconds(60));

    assertThat(world.scheduler.timer().wake(world.clock.instant())).isZero();
    long deferred =
        all.stream().filter(entry -> entry.phase == Entry.Phase.DEFERRED).count();
    assertThat(deferred).isEqualTo(all.size() - QueueTimer.PART);
    world.scheduler.timer().wake(world.clock.instant());
    world.scheduler.timer().wake(world.clock.instant());

    assertThat(all).noneMatch(entry -> entry.phase == Entry.Phase.DEFERRED);
  }
}
