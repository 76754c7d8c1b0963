package org.mansio.server.processor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.DeliveryLog;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.mansio.spi.trace.TraceLog;

/** What a run tells the trace, and the log of what became of mail. Used by one thread. */
final class ChainTrace {
  private static final String CHILD = "child";
  private static final String RECIPIENTS = "recipients";

  private final TraceLog trace;
  private final boolean isLogged;

  /** @param isLogged whether ends and waits stand in the log too */
  ChainTrace(TraceLog trace, boolean isLogged) {
    this.trace = trace;
    this.isLogged = isLogged;
  }

  void event(ChainMail part, Kind kind, String where, String text) {
    trace.record(TraceEvent.now(part.id(), kind, where, text));
  }

  void split(
      ChainMail part,
      Stage stage,
      String condition,
      MailId id,
      List<Recipient> selected,
      List<Recipient> rest) {
    trace.record(TraceEvent.now(
        part.id(),
        Kind.MATCHED,
        stage.where(),
        condition + " for " + selected.size() + " of " + part.recipients().size() + " recipients",
        Map.of(RECIPIENTS, addresses(selected))));
    trace.record(TraceEvent.now(
        part.id(),
        Kind.SENT,
        stage.where(),
        "the other recipients go on as " + id,
        Map.of(CHILD, id.value(), RECIPIENTS, addresses(rest))));
  }

  /** Both sides name each other, and a report also the mail that it is about, which has had other ids since. */
  void sent(ChainMail part, Stage stage, SpooledMail mail) {
    String recipients = addresses(mail.envelope().recipients());
    trace.record(TraceEvent.now(
        part.id(),
        Kind.SENT,
        stage.where(),
        "sent " + mail.id() + " to " + recipients,
        Map.of(CHILD, mail.id().value())));
    Optional<MailId> about = reportOn(part);
    about.ifPresent(id -> trace.record(TraceEvent.now(
        id,
        Kind.SENT,
        stage.where(),
        "reported on in " + mail.id() + " to " + recipients,
        Map.of(CHILD, mail.id().value()))));
    Map<String, String> details = new HashMap<>();
    details.put("parent", part.id().value());
    about.ifPresent(id -> details.put("about", id.value()));
    details.put("sender", mail.envelope().sender().map(MailAddress::toString).orElse(""));
    details.put(RECIPIENTS, recipients);
    messageId(mail).ifPresent(id -> details.put("message-id", id));
    String text = "made of " + part.id() + about.map(id -> ", about " + id).orElse("");
    trace.record(TraceEvent.now(mail.id(), Kind.MADE, stage.where(), text, details));
  }

  private static Optional<MailId> reportOn(ChainMail part) {
    try {
      return part.attributes().text(Attributes.REPORT_ON).map(MailId::new);
    } catch (IllegalArgumentException e) {
      // A mailet may write there what it likes.
      return Optional.empty();
    }
  }

  private static Optional<String> messageId(SpooledMail mail) {
    try {
      return Message.of(mail.content()).headers().value("Message-ID").map(String::strip);
    } catch (IOException e) {
      // The trace has to do without it; whoever needs the message will say what is wrong.
      return Optional.empty();
    }
  }

  void dispatched(ChainMail part, Stage stage, Dispatch dispatch) {
    trace.record(TraceEvent.now(
        part.id(),
        Kind.DISPATCHED,
        stage.where(),
        dispatch.route().lane(),
        Map.of(RECIPIENTS, addresses(dispatch.mail().envelope().recipients()))));
  }

  void dropped(ChainMail part, String where, String reason) {
    trace.record(TraceEvent.now(
        part.id(), Kind.DROPPED, where, reason, Map.of(RECIPIENTS, addresses(part.recipients()))));
    if (!isLogged(part)) {
      return;
    }
    Map<Optional<EnhancedStatus>, List<Recipient>> byFailure = part.recipients().stream()
        .collect(
            Collectors.groupingBy(ChainTrace::failure, LinkedHashMap::new, Collectors.toList()));
    byFailure.forEach((failure, recipients) -> log(
        part,
        recipients,
        where,
        failure,
        Optional.empty(),
        failure.isPresent() ? DeliveryLog.Status.BOUNCED : DeliveryLog.Status.DROPPED,
        reason));
  }

  private static Optional<EnhancedStatus> failure(Recipient recipient) {
    return recipient
        .status()
        .filter(status -> status.action() == RecipientStatus.Action.FAILED)
        .map(RecipientStatus::status);
  }

  void deferred(ChainMail part, String where, String reason, Duration delay) {
    event(part, Kind.DEFERRED, where, reason + "; again in " + inWords(delay));
    if (isLogged(part)) {
      log(
          part,
          part.recipients(),
          where,
          Optional.empty(),
          Optional.of(Instant.now().plus(delay)),
          DeliveryLog.Status.DEFERRED,
          reason);
    }
  }

  /** What became of the recipients of a report's own mail was logged when it did. */
  private boolean isLogged(ChainMail part) {
    return isLogged && DeliveryLog.isOn() && !part.attributes().contains(Attributes.REPORT_ON);
  }

  private static void log(
      ChainMail part,
      List<Recipient> recipients,
      String where,
      Optional<EnhancedStatus> dsn,
      Optional<Instant> next,
      DeliveryLog.Status status,
      String text) {
    DeliveryLog.write(new DeliveryLog.Line(
        part.id(),
        recipients,
        Optional.empty(),
        where,
        0,
        Duration.between(part.arrival(), Instant.now()),
        dsn,
        next,
        status,
        text));
  }

  static String addresses(List<Recipient> recipients) {
    return recipients.size() == 1
        ? recipients.getFirst().toString()
        : recipients.stream().map(Recipient::toString).collect(Collectors.joining(", "));
  }

  private static String inWords(Duration delay) {
    long seconds = Math.max(0, delay.toSeconds());
    if (seconds < 120) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    return delay.toMinutes() < 120 ? delay.toMinutes() + " minutes" : delay.toHours() + " hours";
  }
}
