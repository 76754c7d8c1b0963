package org.mansio.queue.outgoing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mansio.spi.mail.Recipient;
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

  /** @param waits whether what remains waits for a request, not for the next attempt by the schedule */
  void attempted(Delivery delivery, DeliveryReport report, AttemptOutcome outcome, boolean waits) {
    for (Recipient recipient : outcome.delivered()) {
      record(delivery, report, recipient, TraceEvent.Kind.DELIVERED, "delivered");
    }
    for (Recipient recipient : outcome.failed()) {
      record(delivery, report, recipient.withoutStatus(), TraceEvent.Kind.FAILED, "failed");
    }
    for (Recipient recipient : outcome.remaining()) {
      String next = waits
          ? "waits for the next request"
          : outcome.due().map(due -> "deferred until " + due).orElse("deferred");
      record(delivery, report, recipient.withoutStatus(), TraceEvent.Kind.DEFERRED, next);
    }
  }

  void notices(Delivery delivery, List<SpooledMail> notices) {
    for (SpooledMail notice : notices) {
      trace.record(TraceEvent.now(
          delivery.mail().id(),
          TraceEvent.Kind.SENT,
          delivery.route().lane(),
          "back to the chain: " + notice.processor(),
          Map.of("child", notice.id().value(), "processor", notice.processor())));
    }
  }

  private void record(
      Delivery delivery,
      DeliveryReport report,
      Recipient recipient,
      TraceEvent.Kind kind,
      String what) {
    Map<String, String> details = new HashMap<>();
    details.put("recipient", recipient.address().toString());
    details.put("attempt", Integer.toString(delivery.attempt()));
    String text = what;
    RecipientResult result = report.results().get(recipient);
    if (result != null) {
      details.put("status", result.status().toString());
      result.remoteMta().ifPresent(mta -> details.put("remote-mta", mta));
      text = what + ": " + result.diagnostic();
    }
    trace.record(
        TraceEvent.now(delivery.mail().id(), kind, delivery.route().lane(), text, details));
  }
}
