package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.count;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;

/** What an operator does to mail at rest, which stays done after a restart. */
interface QueueOperationsContract extends QueueFixture {
  // ---- the operator's view ----

  @Test
  default void operationsTouchWhatTheirFilterSays() throws Exception {
    transport()
        .answer("a.example", ScriptedTransport::deferred)
        .answer("b.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@a.example", "user" + i + "@b.example"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 10);
    QueueFilter ofA = QueueFilter.destination("a.example");
    QueueFilter user3 = QueueFilter.all().andSender("SENDER@").andRecipient("user3@");

    assertThat(queue.control().count(ofA)).isEqualTo(5);
    assertThat(queue.control().count(user3)).isEqualTo(2);
    assertThat(queue.control().list(ofA)).hasSize(5).allSatisfy(entry -> {
      assertThat(entry.lane()).contains("test:a.example");
      assertThat(entry.nextAttempt()).isPresent();
    });
    assertThat(queue.control().remove(user3)).isEqualTo(2);
    assertThat(queue.control().hold(ofA)).isEqualTo(4);
    assertThat(count(queue, QueueEntry.State.DEFERRED)).isEqualTo(4);
    assertThat(queue.control().destinations()).anySatisfy(lane -> {
      assertThat(lane.lane()).isEqualTo("test:a.example");
      assertThat(lane.held()).isEqualTo(4);
    });
    transport().answer("b.example", ScriptedTransport::delivered);
    assertThat(queue.control().retry(QueueFilter.destination("test:b.example"))).isEqualTo(4);
    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isEqualTo(4));
    assertThat(transport().attempts("a.example")).hasSize(5);
  }

  @Test
  default void removedMailStaysRemovedAfterARestart() throws Exception {
    transport().answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("user" + i + "@example.net"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 5);
    assertThat(queue.control().remove(QueueFilter.all())).isEqualTo(5);

    MailQueue again = start(LONG);

    assertThat(again.control().list(QueueFilter.all())).isEmpty();
    assertThat(chain().bounced()).isEmpty();
  }

  @Test
  default void aPausedDestinationIsNotTriedAlsoAfterARestart() throws Exception {
    MailQueue queue = start(LONG);
    assertThat(queue.control().pause("Example.NET")).isTrue();
    assertThat(queue.control().pause("example.net")).isFalse();
    queue.enqueue(mail("user@example.net"));
    awaitCount(queue, QueueEntry.State.READY, 1);

    MailQueue again = start(LONG);
    again.enqueue(mail("user@other.example"));
    await()
        .untilAsserted(() -> assertThat(transport().attempts("other.example")).hasSize(1));
    assertThat(transport().attempts("example.net")).isEmpty();
    assertThat(again.control().destinations())
        .anySatisfy(lane -> assertThat(lane.paused()).isTrue());

    assertThat(again.control().resume("example.net")).isTrue();
    assertThat(again.control().resume("example.net")).isFalse();

    await().untilAsserted(() -> assertThat(transport().attempts("example.net")).hasSize(1));
  }

  @Test
  default void mailThatAnOperatorGivesUpIsReportedOnceAndStaysGone() throws Exception {
    MailQueue queue = startWithDeferred("u1@a.example", "u2@b.example");

    assertThat(queue.control().bounce(QueueFilter.destination("a.example"), "not wanted here"))
        .isEqualTo(1);

    await().untilAsserted(() -> assertThat(chain().bounced()).hasSize(1));
    Recipient failed = chain().bounced().getFirst().envelope().recipients().getFirst();
    assertThat(failed.status()).hasValueSatisfying(status -> {
      assertThat(status.action()).isEqualTo(RecipientStatus.Action.FAILED);
      assertThat(status.diagnostic()).isEqualTo("not wanted here");
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(chain().bounced()).hasSize(1);
  }

  @Test
  default void mailMovesToAnotherLaneWithItsHistory() throws Exception {
    MailQueue queue = startWithDeferred("u1@a.example", "u2@a.example");
    queue.control().hold(QueueFilter.all().andRecipient("u2@"));
    transport().answer("relay.example", ScriptedTransport::deferred);

    assertThat(queue.control().move(QueueFilter.destination("a.example"), "test:relay.example"))
        .isEqualTo(2);
    assertThat(queue.control().move(QueueFilter.all(), "test:relay.example")).isZero();

    await()
        .untilAsserted(() -> assertThat(transport().attempts("relay.example"))
            .singleElement()
            .satisfies(attempt -> assertThat(attempt.attempt()).isEqualTo(2)));
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    assertThat(again.control().list(QueueFilter.all()))
        .allSatisfy(entry -> assertThat(entry.lane()).contains("test:relay.example"));
    Throwable wrong =
        catchThrowable(() -> again.control().move(QueueFilter.all(), "nowhere:relay.example"));
    assertThat(wrong).hasMessageContaining("[test]");
  }

  @Test
  default void exportedMailComesBackAsItWas() throws Exception {
    transport().answer("a.example", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    Recipient recipient = new Recipient(
        MailAddress.of("user@a.example"),
        Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
        Optional.of("rfc822;user+2Bx@a.example"),
        Optional.empty());
    Envelope envelope = Envelope.of("sender@example.org", "user@a.example")
        .withRecipients(List.of(recipient))
        .withSmtpUtf8(true)
        .withEnvelopeId("id+2B1")
        .withReturnContent(Envelope.ReturnContent.HDRS)
        .withParameter(Envelope.REQUIRE_TLS, "");
    queue.enqueue(mail("user@a.example").withEnvelope(envelope));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    queue.control().hold(QueueFilter.all());
    List<QueuedMail> exported;
    try (Stream<QueuedMail> stream = queue.control().export(QueueFilter.all())) {
      exported = stream.toList();
    }
    QueuedMail mail = exported.getFirst();
    Content content;
    try (InputStream in = mail.mail().content().open()) {
      content = Content.of(in.readAllBytes());
    }
    assertThat(queue.control().restore(mail)).as("it rests there already").isFalse();
    assertThat(queue.control().remove(QueueFilter.all())).isEqualTo(1);
    await()
        .untilAsserted(
            () -> assertThat(queue.control().count(QueueFilter.all())).isZero());

    QueuedMail copy = new QueuedMail(
        mail.mail().withContent(content),
        mail.route(),
        mail.held(),
        mail.attempts(),
        mail.due(),
        mail.lastError(),
        mail.warned());
    assertThat(queue.control().restore(copy)).isTrue();

    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.HELD, 1);
    try (Stream<QueuedMail> stream = again.control().export(QueueFilter.all())) {
      assertThat(stream).singleElement().satisfies(restored -> {
        assertThat(restored.mail().id()).isEqualTo(mail.mail().id());
        assertThat(restored.mail().arrival()).isEqualTo(mail.mail().arrival());
        assertThat(restored.mail().envelope()).isEqualTo(mail.mail().envelope());
        assertThat(restored.attempts()).isEqualTo(1);
        assertThat(restored.held()).isTrue();
        assertThat(restored.lastError()).isEqualTo(mail.lastError());
        assertThat(restored.mail().content().size()).isEqualTo(content.size());
      });
    }
  }
}
