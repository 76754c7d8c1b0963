package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.queue.MailQueueContract.Timing;
import org.mansio.spi.trace.TraceEvent;

/** What follows from an attempt, for each recipient by itself (RFC 5321 §4.5.4.1, RFC 3461 §5). */
interface AttemptContract extends QueueFixture {
  // ---- attempts ----

  @Test
  default void deferredMailIsTriedAgainUntilDelivered() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    transport()
        .answer(
            "example.net",
            delivery -> attempts.incrementAndGet() < 3
                ? ScriptedTransport.deferred(delivery)
                : ScriptedTransport.delivered(delivery));
    MailQueue queue = start(SHORT);

    queue.enqueue(mail("user@example.net"));

    await().until(() -> attempts.get() == 3);
    awaitEmpty(queue);
    assertThat(transport().attempts().stream().map(d -> d.attempt())).containsExactly(1, 2, 3);
    assertThat(trace().events().stream().map(TraceEvent::kind))
        .containsSubsequence(
            TraceEvent.Kind.DEFERRED, TraceEvent.Kind.DEFERRED, TraceEvent.Kind.DELIVERED);
  }

  @Test
  default void eachRecipientGoesItsOwnWay() throws Exception {
    transport().answer("example.net", ScriptedTransport::byLocalPart);
    MailQueue queue = start(LONG);

    SpooledMail mail = mail("ok@example.net", "later@example.net", "never@example.net");
    queue.enqueue(mail);

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    QueueEntry rest = queue.control().show(mail.id()).getFirst();
    assertThat(rest.recipients()).containsExactly(MailAddress.of("later@example.net"));
    assertThat(rest.attempts()).isEqualTo(1);
    await().until(() -> chain().bounced().size() == 1);
    SpooledMail bounce = chain().bounced().getFirst();
    assertThat(bounce.id()).isNotEqualTo(mail.id());
    assertThat(bounce.attributes().text(Attributes.REPORT_ON))
        .contains(mail.id().value());
    assertThat(bounce.envelope().recipients()).singleElement().satisfies(recipient -> {
      assertThat(recipient.address()).isEqualTo(MailAddress.of("never@example.net"));
      assertThat(recipient.status().orElseThrow().action())
          .isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(recipient.status().orElseThrow().status()).hasToString("5.1.1");
      assertThat(recipient.status().orElseThrow().diagnostic()).isEqualTo("550 5.1.1 no such user");
      assertThat(recipient.status().orElseThrow().remoteMta()).contains("mx.example.net");
    });
    assertThat(bounce.content().bytes(100)).isEqualTo(mail.content().bytes(100));
  }

  @Test
  default void mailThatGrowsTooOldFails() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(new Timing(SHORT, Duration.ofSeconds(2), DAYS));

    queue.enqueue(mail("user@example.net"));

    await().until(() -> chain().bounced().size() == 1);
    RecipientStatus status =
        chain().bounced().getFirst().envelope().recipients().getFirst().status().orElseThrow();
    assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
    assertThat(status.status()).hasToString("5.4.7");
    assertThat(status.diagnostic()).contains("come again");
    assertThat(transport().attempts().size()).isGreaterThan(1);
    awaitEmpty(queue);
  }

  @Test
  default void mailForADeadDestinationThatGrowsTooOldFailsToo() throws Exception {
    transport().answer("dead.example", ScriptedTransport::unreachable);
    MailQueue queue = start(new Timing(SHORT, Duration.ofMillis(500), DAYS));

    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@dead.example"));
    }

    await().until(() -> chain().bounced().size() == 5);
    awaitEmpty(queue);
  }

  @Test
  default void successIsReportedToWhoAskedForIt() throws Exception {
    MailQueue queue = start(LONG);
    Recipient asking = new Recipient(
        MailAddress.of("asking@example.net"),
        EnumSet.of(Recipient.Notify.SUCCESS),
        Optional.empty(),
        Optional.empty());
    SpooledMail mail = mail("silent@example.net");
    queue.enqueue(mail.withEnvelope(
        mail.envelope().withRecipients(List.of(asking, Recipient.of("silent@example.net")))));

    await().until(() -> chain().bounced().size() == 1);
    assertThat(chain().bounced().getFirst().envelope().recipients())
        .singleElement()
        .satisfies(recipient -> {
          assertThat(recipient.address()).isEqualTo(asking.address());
          assertThat(recipient.status().orElseThrow().action())
              .isEqualTo(RecipientStatus.Action.RELAYED);
        });
    awaitEmpty(queue);
  }

  @Test
  default void aTransportThatThrowsDefersAll() throws Exception {
    transport().answer("example.net", delivery -> {
      throw new IllegalStateException("broken on purpose");
    });
    MailQueue queue = start(LONG);

    queue.enqueue(mail("user@example.net"));

    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
  }
}
