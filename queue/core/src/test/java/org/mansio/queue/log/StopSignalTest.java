package org.mansio.queue.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopSignalTest {
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void whatPausesIsWoken() throws Exception {
    StopSignal stop = new StopSignal();
    Thread pausing = Thread.ofPlatform().start(() -> stop.pause(LONG));
    await().until(() -> pausing.getState() == Thread.State.TIMED_WAITING);

    stop.give();
    pausing.join();
    stop.pause(LONG);

    assertThat(stop.isGiven()).isTrue();
  }

  @Test
  void aPauseEndsByItselfAndWithTheThreadsInterruption() {
    StopSignal stop = new StopSignal();

    stop.pause(Duration.ofMillis(1));
    Thread.currentThread().interrupt();
    stop.pause(LONG);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stop.isGiven()).isFalse();
  }
}
