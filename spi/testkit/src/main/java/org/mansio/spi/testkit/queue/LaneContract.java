package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitLatch;
import static org.mansio.spi.testkit.queue.SampleMails.mail;
import static org.mansio.spi.testkit.queue.SampleMails.with;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/** How lanes are kept apart: a blocked or dead one holds up no other, and within one the urgent mail goes first (RFC 6710). */
interface LaneContract extends QueueFixture {
  // ---- lanes ----

  @Test
  default void aBlockedLaneHoldsUpNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    transport().answer("blocked.example", delivery -> {
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    for (int i = 0; i < 300; i++) {
      queue.enqueue(mail("user" + i + "@blocked.example"));
    }
    for (int i = 0; i < 100; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }

    await().until(() -> transport().attempts("example.net").size() == 100);
    assertThat(transport().attempts("blocked.example").size())
        .isLessThanOrEqualTo(transport().laneConcurrency());
    release.countDown();
    awaitEmpty(queue);
    assertThat(transport().attempts("blocked.example")).hasSize(300);
  }

  @Test
  default void aDeadLaneRestsAsAWhole() throws Exception {
    transport().answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(LONG);
    queue.enqueue(mail("first@dead.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    queue.enqueue(mail("second@dead.example"));
    awaitCount(queue, QueueEntry.State.READY, 1);

    assertThat(transport().attempts("dead.example")).hasSize(1);
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:dead.example");
      assertThat(lane.backOffUntil()).isPresent();
      assertThat(lane.hindrance())
          .contains(new QueueControl.Hindrance(
              QueueControl.Hindrance.Cause.BACKOFF, lane.backOffUntil()));
      assertThat(lane.lastError()).contains("connection refused");
    });
    transport().answer("dead.example", ScriptedTransport::delivered);
    assertThat(queue.control().retry(QueueFilter.destination("dead.example"))).isEqualTo(2);
    awaitEmpty(queue);
  }

  @Test
  default void aTransportThatIsGoneKeepsItsMailAndSaysWhy() throws Exception {
    removeTransport();
    MailQueue queue = start(LONG);

    queue.enqueue(mail("user@example.net"));

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    assertThat(queue
            .control()
            .list(QueueFilter.all())
            .toList()
            .getFirst()
            .lastError()
            .orElseThrow())
        .contains("test");
  }

  @Test
  default void urgentMailGoesFirstWithinItsLane() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    replaceTransport(new ScriptedTransport(transport().name()).withConcurrency(1));
    transport().answer("example.net", delivery -> {
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    queue.enqueue(mail("blocking@example.net"));
    await().until(() -> transport().attempts().size() == 1);
    int[] priorities = {0, -4, 9, 0, 5};
    for (int i = 0; i < priorities.length; i++) {
      int priority = priorities[i];
      queue.enqueue(with(mail("user" + i + "@example.net"), e -> e.withPriority(priority)));
      awaitCount(queue, QueueEntry.State.READY, i + 1L);
    }

    release.countDown();

    awaitEmpty(queue);
    assertThat(transport().attempts())
        .extracting(
            delivery -> delivery.mail().envelope().recipients().getFirst().toString())
        .containsExactly(
            "blocking@example.net",
            "user2@example.net",
            "user4@example.net",
            "user0@example.net",
            "user3@example.net",
            "user1@example.net");
  }
}
