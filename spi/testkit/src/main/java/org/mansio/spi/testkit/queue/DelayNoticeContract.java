package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitOnlyStatus;
import static org.mansio.spi.testkit.queue.SampleMails.mail;
import static org.mansio.spi.testkit.queue.SampleMails.with;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.queue.MailQueueContract.Timing;

/** What the sender hears of mail that takes long: once, with the reason (RFC 3461 §5.3). */
interface DelayNoticeContract extends QueueFixture {
  @Test
  default void theSenderHearsOnceThatAMailTakesLong() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    Timing timing = new Timing(LONG, DAYS, Duration.ofMillis(300));
    MailQueue queue = start(timing);
    SpooledMail mail = mail("user@example.net");
    SpooledMail silent = with(mail("silent@example.net"), e -> e.withSender(Optional.empty()));
    queue.enqueue(silent);
    queue.enqueue(mail);

    RecipientStatus status = awaitOnlyStatus(chain());
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.status().statusClass()).isEqualTo(4);
    assertThat(status.diagnostic()).contains("come again");
    Instant end = mail.arrival().plus(DAYS).truncatedTo(ChronoUnit.SECONDS);
    assertThat(chain().bounced().getFirst().attributes().text(Attributes.RETRIED_UNTIL))
        .hasValue(end.toString());
    assertThat(chain().bounced().getFirst().id()).isNotEqualTo(mail.id());
    awaitCount(queue, QueueEntry.State.DEFERRED, 2);
    QueueEntry entry = queue.control().show(mail.id()).getFirst();
    assertThat(entry.attempts()).isEqualTo(1);

    MailQueue again = start(timing);
    // Entries may become known behind the start.
    awaitCount(again, QueueEntry.State.DEFERRED, 2);
    assertThat(again.control().show(mail.id())).containsExactly(entry);
    again.control().retry(QueueFilter.all());
    await().until(() -> transport().attempts().size() == 4);
    awaitCount(again, QueueEntry.State.DEFERRED, 2);
    awaitCount(again, QueueEntry.State.SPOOL, 0);
    assertThat(chain().bounced()).hasSize(1);
  }

  @Test
  default void theSenderHearsOfDelaysAlsoWhenNothingWasTried() throws Exception {
    transport().answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(new Timing(LONG, DAYS, Duration.ofMillis(700)));
    queue.enqueue(with(mail("first@dead.example"), e -> e.withSender(Optional.empty())));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    queue.enqueue(mail("second@dead.example"));

    RecipientStatus status = awaitOnlyStatus(chain());
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.DELAYED);
    assertThat(status.diagnostic()).contains("connection refused");
    assertThat(transport().attempts()).hasSize(1);
    awaitCount(queue, QueueEntry.State.READY, 1);
  }
}
