package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;

/** What a test of a queue waits for. */
final class QueueWaits {
  private QueueWaits() {}

  static long count(MailQueue queue, QueueEntry.State state) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == state)
        .mapToLong(QueueControl.StateCount::count)
        .sum();
  }

  static void awaitCount(MailQueue queue, QueueEntry.State state, long count) {
    await().untilAsserted(() -> assertThat(count(queue, state)).isEqualTo(count));
  }

  static void awaitEmpty(MailQueue queue) {
    for (QueueEntry.State state : QueueEntry.State.values()) {
      awaitCount(queue, state, 0);
    }
  }

  /** The status of the one recipient that has come back to the chain. */
  static RecipientStatus awaitOnlyStatus(RoutingChain chain) {
    await().until(() -> chain.bounced().size() == 1);
    return chain
        .bounced()
        .getFirst()
        .envelope()
        .recipients()
        .getFirst()
        .status()
        .orElseThrow();
  }

  /** Waits without losing the interrupt: a test that fails to release must still end. */
  static void awaitLatch(CountDownLatch latch) {
    try {
      if (!latch.await(100, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never released this");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
