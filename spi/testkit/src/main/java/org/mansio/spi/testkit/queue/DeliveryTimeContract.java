package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitOnlyStatus;
import static org.mansio.spi.testkit.queue.SampleMails.mail;
import static org.mansio.spi.testkit.queue.SampleMails.with;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.queue.MailQueueContract.Timing;

/** The times that a sender sets: not before (RFC 4865) and not after (RFC 2852). */
interface DeliveryTimeContract extends QueueFixture {
  @Test
  default void nothingIsDeliveredBeforeItsRelease() throws Exception {
    MailQueue queue = start(LONG);
    Instant release = Instant.now().plusSeconds(3600);
    SpooledMail mail = with(mail("user@example.net"), e -> e.withHoldUntil(release));
    queue.enqueue(mail);
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    QueueEntry entry = queue.control().show(mail.id()).getFirst();

    assertThat(entry.attempts()).isZero();
    assertThat(entry.nextAttempt()).contains(Instant.ofEpochSecond(release.getEpochSecond()));
    assertThat(entry.lastError().orElseThrow()).startsWith("held until ");
    assertThat(queue.control().retry(QueueFilter.all())).isZero();
    assertThat(queue.control().start("example.net", true)).isZero();
    ScriptedTransport connection = new ScriptedTransport("connection");
    assertThat(queue.control().drain(List.of("example.net"), connection))
        .isEqualTo(new QueueControl.Drained(0, 0));
    queue.control().hold(QueueFilter.all());
    queue.control().release(QueueFilter.all());
    assertThat(queue.control().show(mail.id())).containsExactly(entry);
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(again.control().show(mail.id())).containsExactly(entry);
    assertThat(transport().attempts()).isEmpty();
    assertThat(chain().processed()).hasSize(1);
  }

  @Test
  default void mailIsDeliveredAtItsRelease() throws Exception {
    Instant release = soon();
    List<Instant> tried = new CopyOnWriteArrayList<>();
    transport().answer("example.net", delivery -> {
      tried.add(Instant.now());
      return ScriptedTransport.delivered(delivery);
    });
    // Its age counts from the release, or it would be given up by then.
    MailQueue queue = start(new Timing(LONG, Duration.ofSeconds(1), DAYS));

    queue.enqueue(with(mail("user@example.net"), e -> e.withHoldUntil(release)));

    await().until(() -> tried.size() == 1);
    assertThat(tried.getFirst()).isAfterOrEqualTo(release);
    awaitEmpty(queue);
    assertThat(chain().bounced()).isEmpty();
  }

  @Test
  default void mailThatIsNotDeliveredInTimeGoesBackAtOnce() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    transport().answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(LONG);
    queue.enqueue(mail("first@dead.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    DeliverBy inTime = new DeliverBy(soon(), DeliverBy.Mode.RETURN, false);
    queue.enqueue(with(mail("user@example.net"), e -> e.withDeliverBy(inTime)));
    queue.enqueue(with(mail("second@dead.example"), e -> e.withDeliverBy(inTime)));

    await().until(() -> chain().bounced().size() == 2);
    assertThat(chain().bounced()).allSatisfy(mail -> {
      RecipientStatus status = mail.envelope().recipients().getFirst().status().orElseThrow();
      assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(status.status()).hasToString("5.4.7");
      assertThat(status.at()).isAfterOrEqualTo(inTime.deadline());
    });
    assertThat(transport().attempts()).hasSize(2);
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
  }

  @Test
  default void theSenderHearsOnceThatTheTimeHePreferredHasPassed() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    DeliverBy preferred = new DeliverBy(soon(), DeliverBy.Mode.NOTIFY, false);
    SpooledMail mail = with(mail("user@example.net"), e -> e.withDeliverBy(preferred));

    queue.enqueue(mail);

    RecipientStatus status = awaitOnlyStatus(chain());
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.status()).hasToString("4.4.7");
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    again.control().retry(QueueFilter.all());
    await().until(() -> transport().attempts().size() == 2);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    awaitCount(again, QueueEntry.State.SPOOL, 0);
    assertThat(chain().bounced()).hasSize(1);
  }

  /** The next whole second but one, as parameters count. */
  private static Instant soon() {
    return Instant.ofEpochSecond(Instant.now().getEpochSecond() + 2);
  }
}
