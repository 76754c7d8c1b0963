package org.mansio.queue.outgoing;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.SpooledMail;

/**
 * An attempt that is over, or what became of a mail without one.
 *
 * @param notices mails for the chain that must become durable with the outcome
 */
record Attempted(Delivery delivery, AttemptOutcome outcome, List<SpooledMail> notices) {
  Attempted(Delivery delivery, AttemptOutcome outcome) {
    this(delivery, outcome, Notices.of(delivery, outcome));
  }

  /**
   * The entry's next record.
   *
   * @param mail the entry's, with a content that a record can keep
   * @return empty when nothing remains to be tried
   */
  Optional<QueueRecord.Waiting> remaining(UUID id, int generation, SpooledMail mail) {
    return outcome
        .due()
        .map(due -> new QueueRecord.Waiting(
            id,
            generation,
            Optional.of(delivery.route()),
            false,
            delivery.attempt(),
            due,
            outcome.lastError(),
            outcome.warned(),
            mail.withEnvelope(mail.envelope().withRecipients(outcome.remaining()))));
  }
}
