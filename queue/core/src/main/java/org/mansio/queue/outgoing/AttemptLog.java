package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.trace.DeliveryLog;
import org.mansio.spi.trace.DeliveryLog.Status;

/** Tells the log what attempts did: one line for the recipients of a mail that were answered the same. */
final class AttemptLog {
  private AttemptLog() {}

  /** What recipients have in common that stand in one line. */
  private record Answer(
      Status status, Optional<EnhancedStatus> dsn, Optional<String> relay, String text) {
    static Answer of(Status status, RecipientResult result) {
      return new Answer(
          status, Optional.of(result.status()), result.remoteMta(), result.diagnostic());
    }

    static Answer of(Status status, RecipientStatus settled) {
      return new Answer(
          status, Optional.of(settled.status()), settled.remoteMta(), settled.diagnostic());
    }
  }

  /**
   * Writes what an attempt came to.
   *
   * @param next when what remains is tried again; empty when it waits for a request
   * @param now when the attempt ended
   */
  static void attempted(
      Delivery delivery,
      DeliveryReport report,
      AttemptOutcome outcome,
      Optional<Instant> next,
      Instant now) {
    if (!DeliveryLog.isOn()) {
      return;
    }
    if (outcome.delivered().size() == 1
        && outcome.failed().isEmpty()
        && outcome.remaining().isEmpty()) {
      // Nearly every mail.
      Recipient recipient = outcome.delivered().getFirst();
      write(delivery, delivered(report, recipient), outcome.delivered(), next, now);
      return;
    }
    Map<Answer, List<Recipient>> groups = new LinkedHashMap<>();
    outcome.delivered().forEach(recipient -> add(recipient, delivered(report, recipient), groups));
    outcome
        .failed()
        .forEach(recipient -> add(recipient, settled(Status.BOUNCED, recipient), groups));
    outcome
        .remaining()
        .forEach(recipient -> add(recipient, settled(Status.DEFERRED, recipient), groups));
    groups.forEach((answer, recipients) -> write(delivery, answer, recipients, next, now));
  }

  private static void add(Recipient recipient, Answer answer, Map<Answer, List<Recipient>> groups) {
    groups.computeIfAbsent(answer, a -> new ArrayList<>()).add(recipient);
  }

  private static Answer delivered(DeliveryReport report, Recipient recipient) {
    RecipientResult result = report.results().get(recipient);
    return result == null
        ? new Answer(Status.SENT, Optional.empty(), Optional.empty(), "delivered")
        : Answer.of(Status.SENT, result);
  }

  /** What was decided, with the reason where it isn't the host's: that its time was over. */
  private static Answer settled(Status status, Recipient recipient) {
    return recipient
        .status()
        .map(settled -> Answer.of(status, settled))
        .orElseGet(() -> new Answer(status, Optional.empty(), Optional.empty(), "no reason known"));
  }

  private static void write(
      Delivery delivery,
      Answer answer,
      List<Recipient> recipients,
      Optional<Instant> next,
      Instant now) {
    DeliveryLog.write(new DeliveryLog.Line(
        delivery.mail().id(),
        recipients,
        answer.relay(),
        delivery.route().lane(),
        delivery.attempt(),
        Duration.between(delivery.mail().arrival(), now),
        answer.dsn(),
        answer.status() == Status.DEFERRED ? next : Optional.empty(),
        answer.status(),
        answer.text()));
  }
}
