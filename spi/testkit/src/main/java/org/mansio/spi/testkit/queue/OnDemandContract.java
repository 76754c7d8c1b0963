package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.testkit.queue.MailQueueContract.Timing;

/** Mail that rests until its destination asks for it (RFC 1985). */
interface OnDemandContract extends QueueFixture {
  @Test
  default void mailOfAnOnDemandLaneIsNotTriedBeforeItIsAskedFor() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.com");

    assertThat(transport().attempts()).isEmpty();
    assertThat(queue.control().list(QueueFilter.of(QueueEntry.State.WAITING)))
        .hasSize(3)
        .allSatisfy(entry -> {
          assertThat(entry.attempts()).isZero();
          assertThat(entry.nextAttempt()).isEmpty();
        });
    assertThat(queue.control().retry(QueueFilter.all())).isZero();

    assertThat(queue.control().start("example.net", false)).isEqualTo(2);

    await().until(() -> transport().attempts("example.net").size() == 2);
    assertThat(transport().attempts("example.com")).isEmpty();
    awaitCount(queue, QueueEntry.State.WAITING, 1);
    assertThat(queue.control().start("nowhere.example", true)).isZero();
  }

  @Test
  default void aRequestMeansSubdomainsWhenItSaysSo() throws Exception {
    MailQueue queue = startWithWaiting(
        "a@example.net", "a@mail.example.net", "a@b.mail.example.net", "a@myexample.net");

    assertThat(queue.control().start("mail.example.net", false)).isEqualTo(1);
    await().until(() -> transport().attempts().size() == 1);
    awaitCount(queue, QueueEntry.State.WAITING, 3);

    assertThat(queue.control().start("example.net", true)).isEqualTo(2);
    await().until(() -> transport().attempts().size() == 3);
    assertThat(transport().attempts("myexample.net")).isEmpty();
    awaitCount(queue, QueueEntry.State.WAITING, 1);
  }

  @Test
  default void mailOfAnOnDemandLaneWaitsAgainAfterAFailureAndAfterARestart() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net");
    transport().answer("example.net", ScriptedTransport::unreachable);
    transport().answer("example.com", ScriptedTransport::deferred);
    queue.enqueue(mail("a@example.com"));
    awaitCount(queue, QueueEntry.State.WAITING, 3);

    assertThat(queue.control().start("example.net", false)).isEqualTo(2);
    assertThat(queue.control().start("example.com", false)).isEqualTo(1);
    await().until(() -> !transport().attempts("example.com").isEmpty());
    awaitCount(queue, QueueEntry.State.WAITING, 3);
    MailQueue again = start(SHORT);

    awaitCount(again, QueueEntry.State.WAITING, 3);
    int attempts = transport().attempts().size();
    transport().answer("example.net", ScriptedTransport::delivered);
    assertThat(again.control().start("example.net", false)).isEqualTo(2);
    awaitCount(again, QueueEntry.State.WAITING, 1);
    assertThat(transport().attempts()).hasSize(attempts + 2);
    assertThat(transport().attempts("example.com")).hasSize(1);
  }

  @Test
  default void mailThatWasDeferredWaitsWhenItsLaneHasBecomeOnDemand() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    queue.enqueue(mail("user@example.net"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    restLanesUntilAsked();
    MailQueue again = start(LONG);

    awaitCount(again, QueueEntry.State.WAITING, 1);
    assertThat(transport().attempts()).isEmpty();
  }

  @Test
  default void waitingMailIsToldByDomain() throws Exception {
    MailQueue queue = startWithWaiting("a@example.net", "b@example.net", "c@example.com");
    List<QueueEntry> entries =
        queue.control().list(QueueFilter.destination("example.net")).toList();

    assertThat(queue.control().waiting(Optional.empty()))
        .extracting(QueueControl.WaitingMail::domain)
        .containsExactly("example.com", "example.net");
    assertThat(queue.control().waiting(Optional.of("example.net")))
        .containsExactly(new QueueControl.WaitingMail(
            "example.net",
            "test:example.net",
            2,
            entries.stream().mapToLong(QueueEntry::size).sum(),
            entries.getFirst().arrival()));
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:example.net");
      assertThat(lane.waiting()).isEqualTo(2);
    });

    queue.control().remove(QueueFilter.destination("example.net"));

    assertThat(queue.control().waiting(Optional.of("example.net"))).isEmpty();
  }

  @Test
  default void mailThatNobodyAsksForIsWarnedOfAndGivenUp() throws Exception {
    restLanesUntilAsked();
    MailQueue queue = start(new Timing(LONG, Duration.ofSeconds(4), Duration.ofMillis(500)));

    queue.enqueue(mail("user@example.net"));

    await().until(() -> chain().bounced().size() == 2);
    assertThat(chain().bounced())
        .flatExtracting(mail -> mail.envelope().recipients())
        .extracting(recipient -> recipient.status().orElseThrow().action())
        .containsExactly(RecipientStatus.Action.DELAYED, RecipientStatus.Action.FAILED);
    assertThat(transport().attempts()).isEmpty();
    awaitEmpty(queue);
  }

  @Test
  default void aRequestReachesAllOfADomainInBatches() throws Exception {
    restLanesUntilAsked();
    MailQueue queue = start(LONG);
    for (int i = 0; i < 600; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }
    awaitCount(queue, QueueEntry.State.WAITING, 600);

    assertThat(queue.control().start("example.net", false)).isEqualTo(600);

    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isZero());
    assertThat(transport().attempts()).hasSize(600);
  }
}
