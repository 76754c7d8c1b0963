package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long TIMEOUT = 10 * SECOND;

  @Test
  void givesAPeerThatDripsNotMuchMoreThanTheTimeout() {
    Pace pace = new Pace(Duration.ofSeconds(10), 100);
    int seconds = 0;
    while (pace.nextNanos() > SECOND) {
      pace.took(1);
      pace.waited(SECOND);
      seconds++;
    }
    assertThat(seconds).isEqualTo(9);
  }

  @Test
  void givesAPeerThatKeepsUpTheWholeTimeoutEachTime() {
    Pace pace = new Pace(Duration.ofSeconds(10), 100);
    for (int i = 0; i < 10_000; i++) {
      assertThat(pace.nextNanos()).isEqualTo(TIMEOUT);
      pace.took(100);
      pace.waited(SECOND);
    }
  }

  @Test
  void asksForNoRateAtZero() {
    Pace pace = new Pace(Duration.ofSeconds(10), 0);
    pace.waited(1000 * TIMEOUT);
    assertThat(pace.nextNanos()).isEqualTo(TIMEOUT);
  }

  @Test
  void doesNotOverflowWithAnEndlessMessage() {
    Pace pace = new Pace(Duration.ofSeconds(10), 1);
    pace.took(Long.MAX_VALUE);
    assertThat(pace.nextNanos()).isEqualTo(TIMEOUT);
  }
}
