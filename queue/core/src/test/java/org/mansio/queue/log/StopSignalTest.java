package org.mansio.queue.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopSignalTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final StopSignal stop = new StopSignal();

  @Test
  void aPauseEndsWhenTheSignalIsGivenAndLaterOnesDoNotBegin() throws Exception {
    Thread pausing = Thread.ofVirtual().start(() -> {
      stop.pause(Duration.ofDays(1));
      stop.pause(Duration.ofDays(1));
    });
    assertThat(stop.isGiven()).isFalse();

    stop.give();

    assertThat(pausing.join(LIMIT)).isTrue();
    assertThat(stop.isGiven()).isTrue();
    assertThat(stop.await(Duration.ofDays(1))).isTrue();
  }

  @Test
  void aPauseIsInterruptedAndTheThreadStaysSo() {
    Thread.currentThread().interrupt();

    stop.pause(Duration.ofDays(1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stop.isGiven()).isFalse();
  }
}
