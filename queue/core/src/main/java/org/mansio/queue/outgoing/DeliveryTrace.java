package org.mansio.queue.outgoing;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/** Tells the trace what attempts did: one event for each recipient. */
final class DeliveryTrace {
  private final TraceLog trace;

  DeliveryTrace(TraceLog trace) {
    this.trace = trace;
  }

  /** @param next when what remains is tried again; empty when it waits for a request */
  void attempted(
      Delivery delivery, DeliveryReport report, AttemptOutcome outcome, Optional<Instant> next) {
    for (Recipient recipient : outcome.delivered()) {
      delivered(delivery, recipient, Optional.ofNullable(report.results().get(recipient)));
    }
    for (Recipient recipient : outcome.failed()) {
      settled(delivery, recipient, TraceEvent.Kind.FAILED, "");
    }
    String then = next.map(due -> "; next attempt at " + due.truncatedTo(ChronoUnit.SECONDS))
        .orElse("; waits until it is asked for");
    for (Recipient recipient : outcome.remaining()) {
      settled(delivery, recipient, TraceEvent.Kind.DEFERRED, then);
    }
  }

  /** Both sides name each other: the mail what comes of it, the notice what it is about. */
  void notices(Delivery delivery, List<SpooledMail> notices) {
    MailId about = delivery.mail().id();
    String lane = delivery.route().lane();
    for (SpooledMail notice : notices) {
      String id = notice.id().value();
      String what = what(notice);
      trace.record(TraceEvent.now(
          about,
          TraceEvent.Kind.SENT,
          lane,
          "back into the chain as " + id + ", to report " + what,
          Map.of("child", id, "processor", notice.processor())));
      trace.record(TraceEvent.now(
          notice.id(),
          TraceEvent.Kind.MADE,
          lane,
          "made of " + about + ", to report " + what,
          Map.of(
              "parent", about.value(),
              "about", about.value(),
              "recipients",
                  notice.envelope().recipients().stream()
                      .map(Recipient::toString)
                      .collect(Collectors.joining(", ")))));
    }
  }

  /** The recipients of a notice share one action, but for successes, of which some may be relayed. */
  private static String what(SpooledMail notice) {
    Optional<RecipientStatus.Action> action = notice.envelope().recipients().stream()
        .flatMap(recipient -> recipient.status().stream())
        .map(RecipientStatus::action)
        .findFirst();
    return switch (action.orElse(RecipientStatus.Action.FAILED)) {
      case FAILED -> "the failure";
      case DELAYED -> "the delay";
      case DELIVERED, RELAYED, EXPANDED -> "the success";
    };
  }

  private void delivered(Delivery delivery, Recipient recipient, Optional<RecipientResult> result) {
    record(
        delivery,
        recipient,
        TraceEvent.Kind.DELIVERED,
        result.map(RecipientResult::diagnostic).orElse(""),
        result.map(RecipientResult::status),
        result.flatMap(RecipientResult::remoteMta));
  }

  private void settled(Delivery delivery, Recipient recipient, TraceEvent.Kind kind, String then) {
    Optional<RecipientStatus> status = recipient.status();
    record(
        delivery,
        recipient,
        kind,
        status.map(RecipientStatus::diagnostic).orElse("no reason known") + then,
        status.map(RecipientStatus::status),
        status.flatMap(RecipientStatus::remoteMta));
  }

  private void record(
      Delivery delivery,
      Recipient recipient,
      TraceEvent.Kind kind,
      String text,
      Optional<EnhancedStatus> status,
      Optional<String> remoteMta) {
    Map<String, String> details = new HashMap<>();
    details.put("recipient", recipient.address().toString());
    details.put("attempt", Integer.toString(delivery.attempt()));
    status.ifPresent(known -> details.put("status", known.toString()));
    remoteMta.ifPresent(mta -> details.put("remote-mta", mta));
    trace.record(
        TraceEvent.now(delivery.mail().id(), kind, delivery.route().lane(), text, details));
  }
}
