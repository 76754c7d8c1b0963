package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClosingTest {
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void whatPausesIsWokenByTheEnd() throws Exception {
    Closing closing = new Closing();
    Thread pausing = Thread.ofPlatform().start(() -> closing.pause(LONG));
    await().until(() -> pausing.getState() == Thread.State.TIMED_WAITING);

    closing.begin();
    pausing.join();
    closing.pause(LONG);

    assertThat(closing.isBegun()).isTrue();
  }

  @Test
  void aPauseEndsByItselfAndWithTheThreadsInterruption() {
    Closing closing = new Closing();

    closing.pause(Duration.ofMillis(1));
    Thread.currentThread().interrupt();
    closing.pause(LONG);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(closing.isBegun()).isFalse();
  }
}
