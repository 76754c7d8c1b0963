package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What becomes of waits when somebody sets the clock. */
class ClockJumpTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final LaneWorld world = new LaneWorld(1, 10, 5, RateLimits.NONE);

  private Entry deferred(Feedback feedback) {
    Entry entry = world.arrive(0);
    assertThat(world.attempted).containsExactly(entry);
    world.end(entry, feedback, true, 1);
    return entry;
  }

  /** The timer counts in milliseconds. */
  private void passUntil(Instant time) {
    world.pass(Duration.between(world.clock.instant(), time).plusMillis(1));
  }

  @Test
  void aRetryIsNotPutOffByAClockThatIsSetBack() {
    Entry entry = deferred(Feedback.ANSWERED);
    Instant due = entry.due();
    assertThat(entry.phase).isEqualTo(Entry.Phase.DEFERRED);

    world.pass(HOUR.negated());

    assertThat(entry.due()).isBeforeOrEqualTo(due.minus(HOUR));
    passUntil(entry.due());
    assertThat(world.attempted).containsExactly(entry);
  }

  @Test
  void aRestingLaneIsNotPutOffByAClockThatIsSetBack() {
    Entry entry = deferred(Feedback.DOWN);
    entry.becomesDue(world.clock.instant());
    world.scheduler.states().placeAgain(entry);
    Lane lane = Objects.requireNonNull(entry.lane);
    Instant until = Objects.requireNonNull(lane.backOffUntil);

    world.pass(HOUR.negated());

    Instant moved = Objects.requireNonNull(lane.backOffUntil);
    assertThat(moved).isBeforeOrEqualTo(until.minus(HOUR));
    passUntil(moved);
    assertThat(world.attempted).containsExactly(entry);
  }

  @Test
  void aDayForwardGivesNothingUpThatIsYoungerAndTriesItAtOnce() {
    Entry entry = deferred(Feedback.ANSWERED);

    world.pass(Duration.ofDays(1));

    assertThat(world.attempted).containsExactly(entry);
    assertThat(world.all).contains(entry);
  }

  @Test
  void whatAJumpForwardMakesTooOldIsTriedOnceMoreBeforeItIsGivenUp() {
    Entry entry = deferred(Feedback.ANSWERED);

    world.pass(Duration.ofDays(365));

    assertThat(world.attempted).containsExactly(entry);
    assertThat(world.chores).isEmpty();
  }

  @Test
  void onlySettingTheClockBackIsNoticedNotItsCorrection() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    ClockWatch watch = new ClockWatch(start, nanos::get);

    nanos.addAndGet(HOUR.toNanos());
    assertThat(watch.setBack(start.plus(HOUR).minusSeconds(9))).isEqualTo(Duration.ZERO);
    nanos.addAndGet(HOUR.toNanos());
    assertThat(watch.setBack(start.plus(HOUR.multipliedBy(30)))).isEqualTo(Duration.ZERO);
    nanos.addAndGet(HOUR.toNanos());
    assertThat(watch.setBack(start.plus(HOUR.multipliedBy(3)))).isEqualTo(HOUR.multipliedBy(28));
  }
}
