package org.mansio.server.processor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.server.kernel.Simulation;
import org.mansio.server.kernel.Simulation.End;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.mansio.spi.trace.TraceLog;

/**
 * The run of one mail in a simulation: takes the place of the trace, and learns where each recipient ends. Used once, by one
 * thread.
 */
final class SimulatedRun implements TraceLog, Witness {
  private final SpooledMail mail;
  private final Optional<MailId> parent;
  private final List<TraceEvent> events = new ArrayList<>();
  private final Map<MailId, Birth> births = new HashMap<>();
  private final Map<MailId, List<End>> ends = new LinkedHashMap<>();
  private final Map<MailId, MailId> senders = new HashMap<>();

  /** Where a part comes from: another part's way as it was so far. */
  private record Birth(MailId from, int events) {}

  /** @param parent the mail whose mailet would send it; empty for the one that is simulated */
  SimulatedRun(SpooledMail mail, Optional<MailId> parent) {
    this.mail = mail;
    this.parent = parent;
  }

  /** Takes the mail through the chain. @return the mails that would be sent, which are put nowhere */
  List<SpooledMail> run(Map<String, Processor> processors) {
    try (StuckMails.Run nobody = StuckMails.unwatched()) {
      return new ChainRun(processors, this, nobody, this).run(mail).mails();
    }
  }

  /** The part that would send this mail. */
  Optional<MailId> senderOf(MailId id) {
    return Optional.ofNullable(senders.get(id));
  }

  List<Simulation.Way> ways() {
    return ends.entrySet().stream()
        .map(end -> new Simulation.Way(
            end.getKey(),
            parent,
            mail.envelope().reversePath(),
            steps(end.getKey(), events.size()),
            end.getValue()))
        .toList();
  }

  /** What happened to a part, and before it was one to the part that it comes from. */
  private List<TraceEvent> steps(MailId id, int until) {
    Birth birth = births.get(id);
    List<TraceEvent> steps = new ArrayList<>();
    if (birth != null) {
      steps.addAll(steps(birth.from(), birth.events()));
    }
    events.subList(birth == null ? 0 : birth.events(), until).stream()
        .filter(event -> event.id().equals(id))
        .forEach(steps::add);
    return steps;
  }

  // ---- as trace

  @Override
  public void record(TraceEvent event) {
    events.add(event);
  }

  @Override
  public List<TraceEvent> find(String key) {
    return List.of();
  }

  // ---- as witness

  @Override
  public boolean isSimulation() {
    return true;
  }

  @Override
  public void passed(ChainMail part, Stage stage) {
    Condition condition = stage.condition();
    step(
        part,
        Kind.MATCHED,
        stage,
        condition.text() + (condition.negated() ? " matches all" : " matches nobody"));
  }

  @Override
  public void split(ChainMail part, MailId id) {
    births.put(id, new Birth(part.id(), events.size()));
  }

  @Override
  public void leftOut(ChainMail part, Stage stage) {
    step(part, Kind.NOTE, stage, "would run; what it does isn't simulated");
    if (stage.ends()) {
      part.recipients()
          .forEach(recipient -> end(
              part,
              recipient,
              End.Kind.UNKNOWN,
              stage.where(),
              Optional.empty(),
              "the mailet takes it, and isn't simulated"));
    }
  }

  @Override
  public void served(ChainMail part, Stage stage) {
    String recipients = ChainTrace.addresses(part.recipients());
    if (!recipients.equals(ChainTrace.addresses(part.recipientsBefore()))) {
      step(part, Kind.NOTE, stage, "the recipients are now " + recipients);
    }
    for (Dispatch dispatch : part.dispatched()) {
      String lane = dispatch.route().lane();
      dispatch
          .mail()
          .envelope()
          .recipients()
          .forEach(recipient -> end(
              part, recipient, End.Kind.DELIVERY, lane, Optional.empty(), "queued for " + lane));
    }
  }

  @Override
  public void sent(ChainMail part, SpooledMail sent) {
    senders.put(sent.id(), part.id());
  }

  @Override
  public void dropped(ChainMail part, String where, String reason) {
    ends.computeIfAbsent(part.id(), id -> new ArrayList<>());
    boolean reported =
        part.sent().stream().anyMatch(sent -> sent.envelope().sender().isEmpty());
    boolean failed = part.failures() > 0;
    String error = part.attributes().text(Attributes.ERROR).orElse("");
    for (Recipient recipient : part.recipients()) {
      Optional<EnhancedStatus> status = recipient.status().map(RecipientStatus::status);
      if (failed) {
        end(part, recipient, End.Kind.ERROR, where, status, error + "; then: " + reason);
      } else {
        boolean bounces = reported && isFailed(recipient);
        end(part, recipient, bounces ? End.Kind.BOUNCE : End.Kind.DROP, where, status, reason);
      }
    }
  }

  private static boolean isFailed(Recipient recipient) {
    return recipient
            .status()
            .filter(status -> status.action() == RecipientStatus.Action.FAILED)
            .isPresent()
        && recipient.wants(Recipient.Notify.FAILURE);
  }

  @Override
  public void postponed(ChainMail part, String where, String reason, Duration delay) {
    part.recipients()
        .forEach(recipient -> end(part, recipient, End.Kind.WAIT, where, Optional.empty(), reason));
  }

  private void step(ChainMail part, Kind kind, Stage stage, String text) {
    record(TraceEvent.now(part.id(), kind, stage.where(), text));
  }

  private void end(
      ChainMail part,
      Recipient recipient,
      End.Kind kind,
      String where,
      Optional<EnhancedStatus> status,
      String text) {
    ends.computeIfAbsent(part.id(), id -> new ArrayList<>())
        .add(new End(
            recipient.address().toString(),
            AskedRecipient.of(recipient),
            kind,
            where,
            status,
            text));
  }
}
