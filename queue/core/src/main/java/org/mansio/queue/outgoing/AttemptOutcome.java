package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;

/**
 * What follows from an attempt: pure, so that what was decided can be made durable once or, after a crash, decided again.
 *
 * @param delivered recipients that are done
 * @param succeeded those of them whose sender hears of it from us (NOTIFY=SUCCESS), with their status
 * @param failed recipients that are given up, with their status
 * @param remaining recipients for the next attempt
 * @param due when that is; empty when none remain
 * @param lastError the last temporary failure; empty when there was none
 */
record AttemptOutcome(
    List<Recipient> delivered,
    List<Recipient> succeeded,
    List<Recipient> failed,
    List<Recipient> remaining,
    Optional<Instant> due,
    Optional<String> lastError) {

  /** RFC 3463 §3.5: X.4.7, delivery time expired. */
  private static final EnhancedStatus EXPIRED = new EnhancedStatus(5, 4, 7);

  /** RFC 3463 §3.4: X.3.0, other mail system status; for a transport that says nothing of a recipient. */
  static final EnhancedStatus UNDEFINED = new EnhancedStatus(4, 3, 0);

  AttemptOutcome {
    delivered = List.copyOf(delivered);
    succeeded = List.copyOf(succeeded);
    failed = List.copyOf(failed);
    remaining = List.copyOf(remaining);
  }

  static AttemptOutcome of(
      Delivery delivery, DeliveryReport report, RetrySchedule schedule, Instant now) {
    Optional<Instant> next = schedule.next(delivery.attempt(), delivery.mail().arrival(), now);
    List<Recipient> delivered = new ArrayList<>();
    List<Recipient> succeeded = new ArrayList<>();
    List<Recipient> failed = new ArrayList<>();
    List<Recipient> remaining = new ArrayList<>();
    Optional<String> lastError = Optional.empty();
    for (Recipient recipient : delivery.mail().envelope().recipients()) {
      RecipientResult result = report.results().get(recipient);
      if (result == null) {
        result = new RecipientResult.Deferred(
            UNDEFINED, Optional.empty(), "the transport gave no result");
      }
      switch (result) {
        case RecipientResult.Delivered done -> {
          delivered.add(recipient);
          successToReport(recipient, done, now)
              .map(recipient::withStatus)
              .ifPresent(succeeded::add);
        }
        case RecipientResult.Failed failure ->
          failed.add(recipient.withStatus(status(
              RecipientStatus.Action.FAILED,
              failure.status().withClass(5),
              failure,
              failure.diagnostic(),
              now)));
        case RecipientResult.Deferred deferred -> {
          lastError = Optional.of(deferred.diagnostic());
          if (next.isPresent()) {
            remaining.add(recipient);
          } else {
            String reason = "delivery time expired; last: " + deferred.diagnostic();
            failed.add(recipient.withStatus(
                status(RecipientStatus.Action.FAILED, EXPIRED, deferred, reason, now)));
          }
        }
      }
    }
    return new AttemptOutcome(
        delivered,
        succeeded,
        failed,
        remaining,
        remaining.isEmpty() ? Optional.empty() : next,
        lastError);
  }

  /** Whether nothing is left to be tried or told. */
  boolean isClean() {
    return remaining.isEmpty() && failed.isEmpty() && succeeded.isEmpty();
  }

  // RFC 3461 §5.2.2: "relayed" when the next host doesn't take the request over; §5.2.3:
  // "delivered" when we deliver.
  private static Optional<RecipientStatus> successToReport(
      Recipient recipient, RecipientResult.Delivered done, Instant now) {
    if (!recipient.notifyOn().contains(Recipient.Notify.SUCCESS)
        || done.dsnRelayed() && !done.finalDelivery()) {
      return Optional.empty();
    }
    RecipientStatus.Action action =
        done.finalDelivery() ? RecipientStatus.Action.DELIVERED : RecipientStatus.Action.RELAYED;
    return Optional.of(status(action, done.status(), done, done.diagnostic(), now));
  }

  private static RecipientStatus status(
      RecipientStatus.Action action,
      EnhancedStatus status,
      RecipientResult result,
      String diagnostic,
      Instant now) {
    return new RecipientStatus(action, status, result.remoteMta(), diagnostic, now);
  }
}
