package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AttemptThreadsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final AttemptThreads threads = new AttemptThreads();

  @Test
  void theLastAttemptThatEndsLetsAPatientCloseGoOn() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch goOn = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      threads.start(() -> {
        begun.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new AssertionError("it has time", e);
        } finally {
          threads.leave();
        }
      });
    }
    begun.await();
    Thread closing = Thread.ofPlatform().daemon().start(() -> threads.close(Duration.ofDays(1)));

    goOn.countDown();

    assertThat(closing.join(LIMIT)).isTrue();
    assertThat(threads.isClosing()).isTrue();
  }

  @Test
  void nothingIsBegunForOthersWhileTheCloseIsPatient() throws Exception {
    assertThat(threads.enterUnlessEnding()).isTrue();
    Thread closing = Thread.ofPlatform().daemon().start(() -> threads.close(Duration.ofDays(1)));
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

    CompletableFuture<Boolean> late = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> late.complete(threads.enterUnlessEnding()));

    assertThat(late.join()).isFalse();
    assertThat(closing.isAlive()).as("what was begun before has its time").isTrue();
    threads.leave();
    assertThat(closing.join(LIMIT)).isTrue();
  }
}
