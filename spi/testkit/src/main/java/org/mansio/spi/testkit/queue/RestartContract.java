package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitLatch;
import static org.mansio.spi.testkit.queue.SampleMails.ids;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;

/** What of a queue is still there after it was closed, and how it closes (RFC 5321 §6.1). */
interface RestartContract extends QueueFixture {
  // ---- spool ----

  @Test
  default void mailThatWasEnqueuedIsThereAfterAReopening() throws Exception {
    MailQueue first = open(LONG, DAYS);
    List<SpooledMail> mails = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      SpooledMail mail = mail("user" + i + "@example.net");
      mails.add(mail);
      first.enqueue(mail);
    }

    MailQueue second = start(LONG);

    await().untilAsserted(() -> assertThat(ids(chain().processed())).hasSize(50));
    assertThat(ids(chain().processed())).containsExactlyInAnyOrderElementsOf(ids(mails));
    awaitEmpty(second);
  }

  // ---- restart ----

  @Test
  default void deferredAndHeldEntriesSurviveARestart() throws Exception {
    transport().answer("later.example", ScriptedTransport::deferred);
    transport().answer("held.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    SpooledMail later = mail("user@later.example");
    SpooledMail held = mail("user@held.example");
    queue.enqueue(later);
    queue.enqueue(held);
    awaitCount(queue, QueueEntry.State.DEFERRED, 2);
    assertThat(queue.control().hold(QueueFilter.of(held.id()))).isEqualTo(1);
    QueueEntry before = queue.control().show(later.id()).getFirst();

    MailQueue again = start(LONG);

    // Entries may become known behind the start.
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    awaitCount(again, QueueEntry.State.HELD, 1);
    assertThat(again.control().show(later.id())).containsExactly(before);
    assertThat(again.control().show(held.id())).singleElement().satisfies(entry -> {
      assertThat(entry.state()).isEqualTo(QueueEntry.State.HELD);
      assertThat(entry.attempts()).isEqualTo(1);
    });
    transport().answer("held.example", ScriptedTransport::delivered);
    assertThat(again.control().release(QueueFilter.of(QueueEntry.State.HELD))).isEqualTo(1);
    await().until(() -> transport().attempts("held.example").size() == 2);
    assertThat(transport().attempts("held.example").getLast().attempt()).isEqualTo(2);
    awaitCount(again, QueueEntry.State.HELD, 0);
  }

  @Test
  default void anAttemptUnderWayIsFinishedBeforeClosing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    transport().answer("example.net", delivery -> {
      begun.countDown();
      awaitLatch(release);
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue queue = start(LONG);
    queue.enqueue(mail("user@example.net"));
    awaitLatch(begun);
    Thread closer = Thread.ofVirtual().start(() -> queue.close(GRACE));
    await().until(() -> queue.refusal().isPresent());

    release.countDown();
    closer.join();

    MailQueue again = start(LONG);
    awaitEmpty(again);
    assertThat(transport().attempts()).hasSize(1);
  }

  @Test
  default void aClosedQueueRefuses() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    queue.close(GRACE);

    assertThat(queue.refusal()).contains(QueueException.Reason.CLOSED);
    assertThat(catchThrowable(() -> queue.enqueue(mail("user@example.net"))))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.CLOSED));
  }
}
