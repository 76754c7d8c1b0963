package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
  private final RetrySchedule schedule = new RetrySchedule(
      List.of(Duration.ofMinutes(5), Duration.ofMinutes(20), Duration.ofHours(4)),
      Duration.ofDays(5));

  @Test
  void delaysGrowAndTheLastOneRepeats() {
    Instant now = ARRIVAL.plus(Duration.ofHours(1));

    assertThat(schedule.next(1, ARRIVAL, now)).contains(now.plus(Duration.ofMinutes(5)));
    assertThat(schedule.next(2, ARRIVAL, now)).contains(now.plus(Duration.ofMinutes(20)));
    assertThat(schedule.next(3, ARRIVAL, now)).contains(now.plus(Duration.ofHours(4)));
    assertThat(schedule.next(1000, ARRIVAL, now)).contains(now.plus(Duration.ofHours(4)));
  }

  @Test
  void theLastAttemptIsMadeWhenTheTimeIsOver() {
    Instant end = ARRIVAL.plus(Duration.ofDays(5));

    assertThat(schedule.next(9, ARRIVAL, end.minusSeconds(60))).contains(end);
    assertThat(schedule.next(9, ARRIVAL, end)).isEqualTo(Optional.empty());
    assertThat(schedule.isOver(ARRIVAL, end)).isTrue();
    assertThat(schedule.isOver(ARRIVAL, end.minusSeconds(1))).isFalse();
  }

  @Test
  void aStepIsOneDelayOrSeveral() throws Exception {
    List<Duration> delays = new ArrayList<>();
    delays.addAll(RetrySchedule.STEP.parser().parse("5m"));
    delays.addAll(RetrySchedule.STEP.parser().parse("2*1h"));

    assertThat(delays)
        .containsExactly(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(1));
  }
}
