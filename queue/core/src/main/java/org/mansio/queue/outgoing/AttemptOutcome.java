package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.DeliverBy;
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
 * @param remaining recipients for the next attempt, with the status of the last one
 * @param delayed those of them whose sender hears now that it takes long, with their status
 * @param attempts made so far
 * @param due when the next one is; empty when none remain
 * @param lastError the last temporary failure; empty when there was none
 * @param warned the moment of the last warning; empty when there was none yet
 * @param givenUp when those of whom the sender hears now will be given up; empty when it hears of none
 */
record AttemptOutcome(
    List<Recipient> delivered,
    List<Recipient> succeeded,
    List<Recipient> failed,
    List<Recipient> remaining,
    List<Recipient> delayed,
    int attempts,
    Optional<Instant> due,
    Optional<String> lastError,
    Optional<Instant> warned,
    Optional<Instant> givenUp) {

  /** RFC 3463 §3.5: X.4.7, delivery time expired; RFC 2852 says the same for a time that the sender set. */
  private static final EnhancedStatus EXPIRED = new EnhancedStatus(5, 4, 7);

  /** RFC 3463 §3.4: X.3.0, other mail system status; for a transport that says nothing of a recipient. */
  static final EnhancedStatus UNDEFINED = new EnhancedStatus(4, 3, 0);

  /** What a host replied at the last attempt, with its enhanced status (RFC 2034). */
  private static final Pattern REPLIED =
      Pattern.compile("4\\d\\d (4\\.\\d{1,3}\\.\\d{1,3}) .*", Pattern.DOTALL);

  /** RFC 3463 §3.1: X.0.0, other or undefined status; between two attempts nobody says anything. */
  private static final EnhancedStatus NOT_TRIED = new EnhancedStatus(4, 0, 0);

  AttemptOutcome {
    delivered = List.copyOf(delivered);
    succeeded = List.copyOf(succeeded);
    failed = List.copyOf(failed);
    remaining = List.copyOf(remaining);
    delayed = List.copyOf(delayed);
  }

  /** @param warned the moment of the last warning before the attempt */
  static AttemptOutcome of(
      Delivery delivery,
      DeliveryReport report,
      RetrySchedule schedule,
      Optional<Instant> warned,
      Instant now) {
    Terms terms = Terms.of(delivery.mail());
    Optional<Instant> next = schedule.next(
        delivery.attempt(),
        terms,
        now,
        delivery.mail().id().value() + ' ' + delivery.route().lane());
    Optional<DelayWarning> warning =
        next.isEmpty() ? Optional.empty() : schedule.warning(terms, warned, now);
    boolean traced =
        delivery.mail().envelope().deliverBy().filter(DeliverBy::trace).isPresent();
    List<Recipient> delivered = new ArrayList<>();
    List<Recipient> succeeded = new ArrayList<>();
    List<Recipient> failed = new ArrayList<>();
    List<Recipient> remaining = new ArrayList<>();
    List<Recipient> delayed = new ArrayList<>();
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
          successToReport(recipient, done, traced, now)
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
            remaining.add(recipient.withStatus(status(
                RecipientStatus.Action.DELAYED,
                deferred.status().withClass(4),
                deferred,
                deferred.diagnostic(),
                now)));
            warning
                .filter(due -> Terms.wantsDelay(recipient))
                .map(due -> due.status(
                    deferred.status().withClass(4),
                    deferred.remoteMta(),
                    deferred.diagnostic(),
                    now))
                .map(recipient::withStatus)
                .ifPresent(delayed::add);
          } else {
            String reason = expired(terms, now) + "; last: " + deferred.diagnostic();
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
        delayed,
        delivery.attempt(),
        remaining.isEmpty() ? Optional.empty() : next,
        lastError,
        warning.map(DelayWarning::moment).or(() -> warned),
        warning.map(DelayWarning::end));
  }

  /**
   * A warning without an attempt: nothing changes but that the sender has heard of it.
   *
   * @param delivery the entry's; its attempt is the last one made, 0 when there was none
   * @param reason why it isn't delivered yet
   */
  static AttemptOutcome warned(
      Delivery delivery,
      DelayWarning warning,
      String reason,
      Instant due,
      Optional<String> lastError,
      Instant now) {
    RecipientStatus untried = warning.status(statusIn(reason), Optional.empty(), reason, now);
    List<Recipient> open = delivery.mail().envelope().recipients();
    return new AttemptOutcome(
        List.of(),
        List.of(),
        List.of(),
        open,
        open.stream()
            .filter(Terms::wantsDelay)
            .map(recipient -> recipient.withStatus(lastAnswer(recipient, reason, lastError)
                .map(last ->
                    warning.status(last.status(), last.remoteMta(), last.diagnostic(), last.at()))
                .orElse(untried)))
            .toList(),
        delivery.attempt(),
        Optional.of(due),
        lastError,
        Optional.of(warning.moment()),
        Optional.of(warning.end()));
  }

  /** What the last attempt came to for a recipient, unless there is a newer reason, of the destination as a whole. */
  static Optional<RecipientStatus> lastAnswer(
      Recipient recipient, String reason, Optional<String> lastError) {
    return lastError.filter(reason::equals).flatMap(error -> recipient.status());
  }

  private static EnhancedStatus statusIn(String reason) {
    Matcher reply = REPLIED.matcher(reason);
    return reply.matches() ? EnhancedStatus.parse(reply.group(1)) : NOT_TRIED;
  }

  private static String expired(Terms terms, Instant now) {
    return terms
        .returnAt()
        .filter(time -> !now.isBefore(time))
        .map(time -> "not delivered by " + time + ", as was asked")
        .orElse("delivery time expired");
  }

  /** Whether nothing is left to be tried or told. */
  boolean isClean() {
    return remaining.isEmpty() && failed.isEmpty() && succeeded.isEmpty();
  }

  // RFC 3461 §5.2.2: "relayed" when the next host doesn't take the request over; §5.2.3:
  // "delivered" when we deliver.
  private static Optional<RecipientStatus> successToReport(
      Recipient recipient, RecipientResult.Delivered done, boolean traced, Instant now) {
    boolean asked = recipient.notifyOn().contains(Recipient.Notify.SUCCESS);
    boolean ours = done.finalDelivery() || !done.dsnRelayed();
    // RFC 2852 §4: with trace, each hop that passes the mail on says so.
    boolean hop =
        traced && !done.finalDelivery() && !recipient.notifyOn().contains(Recipient.Notify.NEVER);
    if (!(asked && ours) && !hop) {
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
