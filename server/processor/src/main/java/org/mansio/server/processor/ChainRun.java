package org.mansio.server.processor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.ProcessingResult.Postponed;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mail's way through the chain. The mail splits where a matcher takes some of its recipients: those keep the id and
 * meet the mailet, the others go on behind it under an id of their own. Whatever happens, each recipient ends in exactly
 * one place: dispatched, dropped on purpose, or waiting. Used once, by one thread.
 */
final class ChainRun {
  private static final Logger LOG = LoggerFactory.getLogger(ChainRun.class);

  /** Changes of the processor in one run; a sane chain needs a handful, more is a loop. */
  static final int MAX_HOPS = 100;

  /** Failures in one run; when what handles failures fails too, the mail waits for the operator. */
  static final int MAX_FAILURES = 3;

  /** Whole: how many mails, sent by mailets one on the way of the other, a mail comes from. */
  static final String GENERATION = "mansio.generation";

  /** Mails that came out of one another, each sent by a mailet on the former one's way: a notice, a copy, its bounce. */
  static final int MAX_GENERATIONS = 50;

  private final Map<String, Processor> processors;
  private final TraceLog trace;
  private final StuckMails.Run watch;
  private final Deque<ChainMail> parts = new ArrayDeque<>(2);
  private final List<SpooledMail> mails = new ArrayList<>(0);
  private final List<Dispatch> dispatches = new ArrayList<>(1);
  private final List<Postponed> postponed = new ArrayList<>(0);

  /** @param watch told where the mail is */
  ChainRun(Map<String, Processor> processors, TraceLog trace, StuckMails.Run watch) {
    this.processors = processors;
    this.trace = trace;
    this.watch = watch;
  }

  ProcessingResult run(SpooledMail mail) {
    parts.add(ChainMail.of(mail, trace));
    for (ChainMail part = parts.poll(); part != null; part = parts.poll()) {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = step(part);
      }
    }
    return new ProcessingResult(mails, DispatchMerge.merge(dispatches, trace), postponed);
  }

  /** One mailet. @return whether this part goes on */
  private boolean step(ChainMail part) {
    Processor processor = processors.get(part.processor());
    if (processor == null) {
      // Such as a mail from before a reload that took the processor away.
      return fail(
          part,
          Processor.ERROR,
          "there is no processor '" + part.processor() + "'",
          Optional.empty());
    }
    if (part.recipients().isEmpty()) {
      return drop(part, part.processor(), "no recipient is left");
    }
    if (part.position() >= processor.stages().size()) {
      return fail(
          part,
          Processor.ERROR,
          "reached the end of processor '" + processor.name() + "'",
          Optional.empty());
    }
    Stage stage = processor.stages().get(part.position());
    Condition condition = stage.condition();
    if (condition.matcher().isEmpty()) {
      return condition.negated() ? pass(part) : serve(part, stage);
    }
    return match(part, stage);
  }

  private static boolean pass(ChainMail part) {
    part.advance();
    return true;
  }

  // ---- matching

  private boolean match(ChainMail part, Stage stage) {
    Condition condition = stage.condition();
    List<Recipient> all = part.recipients();
    Set<Recipient> picked;
    part.begin(stage.where());
    watch.at(part.id(), stage.where());
    try {
      picked = new HashSet<>(condition.matcher().orElseThrow().match(part));
      part.takeBack();
    } catch (Throwable thrown) {
      part.takeBack();
      return matcherFailed(part, stage, thrown);
    }
    List<Recipient> selected = new ArrayList<>(all.size());
    List<Recipient> rest = new ArrayList<>(0);
    for (Recipient recipient : all) {
      (picked.contains(recipient) != condition.negated() ? selected : rest).add(recipient);
    }
    if (selected.isEmpty()) {
      return pass(part);
    }
    String text = (condition.negated() ? "not " : "") + condition.text();
    if (rest.isEmpty()) {
      event(part, Kind.MATCHED, stage.where(), text);
    } else {
      split(part, stage, text, selected, rest);
    }
    return serve(part, stage);
  }

  private void split(
      ChainMail part, Stage stage, String text, List<Recipient> selected, List<Recipient> rest) {
    MailId id = PartId.derive(part.id(), part.processor(), part.position(), rest);
    trace.record(TraceEvent.now(
        part.id(),
        Kind.MATCHED,
        stage.where(),
        text + " for " + selected.size() + " of " + part.recipients().size() + " recipients",
        Map.of("recipients", addresses(selected))));
    trace.record(TraceEvent.now(
        part.id(),
        Kind.SENT,
        stage.where(),
        "the other recipients go on as " + id,
        Map.of("child", id.value(), "recipients", addresses(rest))));
    parts.add(part.splitOff(id, rest));
    part.setRecipients(selected);
  }

  private boolean matcherFailed(ChainMail part, Stage stage, Throwable thrown) {
    String text = "matcher " + stage.condition().text() + " failed: " + Failure.describe(thrown);
    if (Failure.isTemporary(thrown)) {
      return postpone(part, stage.where(), text, thrown);
    }
    report(part, stage, text, thrown);
    return switch (stage.onMatchException()) {
      case MatchFailureRule.ToProcessor(String name) -> fail(part, name, text, Optional.of(thrown));
      case MatchFailureRule.MatchAll all -> serve(part, stage);
      case MatchFailureRule.NoMatch none -> pass(part);
      case MatchFailureRule.Propagate propagate -> postpone(part, stage.where(), text, thrown);
    };
  }

  // ---- mailets

  private boolean serve(ChainMail part, Stage stage) {
    part.begin(stage.where());
    watch.at(part.id(), stage.where());
    Outcome outcome;
    try {
      outcome = Objects.requireNonNull(stage.mailet().service(part), "the mailet returned null");
      if (outcome instanceof Outcome.Dispatched
          && part.dispatched().isEmpty()
          && part.sent().isEmpty()) {
        throw new IllegalStateException("the mailet says 'dispatched', but has dispatched nothing");
      }
    } catch (Throwable thrown) {
      part.takeBack();
      return mailetFailed(part, stage, thrown);
    }
    boolean handedOn = !part.dispatched().isEmpty() || !part.sent().isEmpty();
    keepWork(part, stage);
    return switch (outcome) {
      case Outcome.Next next -> {
        event(part, Kind.MAILET, stage.where(), "went on");
        part.advance();
        yield !(handedOn && part.recipients().isEmpty());
      }
      case Outcome.ToProcessor(String name) -> toProcessor(part, stage, name);
      case Outcome.Dispatched dispatched -> {
        event(part, Kind.MAILET, stage.where(), dispatchedText(part));
        yield false;
      }
      case Outcome.Dropped(String reason) -> drop(part, stage.where(), reason);
      case Outcome.RetryLater(Duration delay, String reason) ->
        postpone(
            part,
            stage.where(),
            reason,
            BackOff.askedDelay(delay, part.attempts()),
            Optional.empty());
    };
  }

  private void keepWork(ChainMail part, Stage stage) {
    for (SpooledMail mail : part.sent()) {
      if (part.generation() >= MAX_GENERATIONS) {
        endless(part, stage, mail);
        continue;
      }
      mails.add(mail.withAttributes(
          mail.attributes().with(GENERATION, new AttributeValue.Whole(part.generation() + 1))));
      trace.record(TraceEvent.now(
          part.id(),
          Kind.SENT,
          stage.where(),
          "sent " + mail.id() + " to " + addresses(mail.envelope().recipients()),
          Map.of("child", mail.id().value())));
    }
    for (Dispatch dispatch : part.dispatched()) {
      dispatches.add(dispatch);
      trace.record(TraceEvent.now(
          part.id(),
          Kind.DISPATCHED,
          stage.where(),
          dispatch.route().lane(),
          Map.of("recipients", addresses(dispatch.mail().envelope().recipients()))));
    }
  }

  /**
   * A mailet that sends a mail for each mail, its own too, would go on until the disk is full. The mail is treated as one that
   * something in the chain failed on; but for what handles those sends, since that is told of already.
   */
  private void endless(ChainMail part, Stage stage, SpooledMail mail) {
    String text = "not sent: " + MAX_GENERATIONS
        + " mails came out of one another; the chain makes mails without end: " + mail.id() + " to "
        + addresses(mail.envelope().recipients());
    LOG.error("{} at {}: {}", part.id(), stage.where(), text);
    trace.record(TraceEvent.now(
        part.id(), Kind.ERROR, stage.where(), text, Map.of("child", mail.id().value())));
    if (!part.processor().equals(Processor.ERROR) && processors.containsKey(Processor.ERROR)) {
      Attributes attributes = mail.attributes()
          .with(GENERATION, new AttributeValue.Whole(MAX_GENERATIONS))
          .with(Attributes.ERROR, text);
      parts.add(ChainMail.of(
          mail.withAttributes(attributes).at(Processor.ERROR, 0, 0), trace));
    }
  }

  /** A mailet may well merge recipients; when some are missing, the trace is where to look. */
  private static String dispatchedText(ChainMail part) {
    int handedOn = part.dispatched().stream()
        .mapToInt(d -> d.mail().envelope().recipients().size())
        .sum();
    int all = part.recipients().size();
    return handedOn < all
        ? "dispatched for " + handedOn + " of " + all + " recipients"
        : "dispatched";
  }

  private boolean toProcessor(ChainMail part, Stage stage, String name) {
    if (!processors.containsKey(name)) {
      return fail(
          part,
          Processor.ERROR,
          stage.where() + " sends to the processor '" + name + "', which doesn't exist",
          Optional.empty());
    }
    event(part, Kind.MAILET, stage.where(), "to processor " + name);
    if (part.enter(name) > MAX_HOPS) {
      return fail(
          part,
          Processor.ERROR,
          "changed its processor more than " + MAX_HOPS + " times; the chain has a loop at "
              + stage.where(),
          Optional.empty());
    }
    return true;
  }

  private boolean mailetFailed(ChainMail part, Stage stage, Throwable thrown) {
    String text = "mailet failed: " + Failure.describe(thrown);
    if (Failure.isTemporary(thrown)) {
      return postpone(part, stage.where(), text, thrown);
    }
    report(part, stage, text, thrown);
    return switch (stage.onMailetException()) {
      case MailetFailureRule.ToProcessor(String name) ->
        fail(part, name, text, Optional.of(thrown));
      case MailetFailureRule.Ignore ignore -> pass(part);
      case MailetFailureRule.Propagate propagate -> postpone(part, stage.where(), text, thrown);
    };
  }

  // ---- ends and waits

  private boolean drop(ChainMail part, String where, String reason) {
    trace.record(TraceEvent.now(
        part.id(),
        Kind.DROPPED,
        where,
        reason,
        Map.of("recipients", addresses(part.recipients()))));
    return false;
  }

  /** To a processor that handles failures; when that fails itself, the mail waits where it is. */
  private boolean fail(
      ChainMail part, String processor, String reason, Optional<Throwable> thrown) {
    String where = part.processor() + "/" + part.position();
    boolean inErrorAlready =
        part.processor().equals(Processor.ERROR) && processor.equals(Processor.ERROR);
    if (inErrorAlready || part.failures() >= MAX_FAILURES || !processors.containsKey(processor)) {
      LOG.error(
          "{} can't be handled and waits in processor {}: {}",
          part.id(),
          part.processor(),
          reason,
          thrown.orElse(null));
      return postpone(part, where, reason, BackOff.STUCK, Optional.empty());
    }
    if (thrown.isEmpty()) {
      LOG.error("{} goes to processor {}: {}", part.id(), processor, reason);
      event(part, Kind.ERROR, where, reason);
    }
    Attributes attributes =
        part.attributes().with(Attributes.ERROR, reason).without(Attributes.EXCEPTION);
    part.enterFailed(
        processor,
        thrown
            .map(t -> attributes.with(
                Attributes.EXCEPTION, new AttributeValue.Texts(Failure.classNames(t))))
            .orElse(attributes));
    return true;
  }

  private boolean postpone(ChainMail part, String where, String reason, Throwable thrown) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return postpone(
        part, where, reason, BackOff.delay(Duration.ZERO, part.attempts()), Optional.of(thrown));
  }

  private boolean postpone(
      ChainMail part, String where, String reason, Duration delay, Optional<Throwable> thrown) {
    boolean tooLong = BackOff.isTooLong(part.arrival(), part.attempts(), Instant.now());
    if (tooLong && !part.processor().equals(Processor.ERROR) && part.failures() < MAX_FAILURES) {
      return fail(part, Processor.ERROR, "waited too long in the chain: " + reason, thrown);
    }
    event(part, Kind.DEFERRED, where, reason + "; again in " + delay);
    postponed.add(new Postponed(part.atRest(), delay, reason));
    return false;
  }

  // ---- telling

  private void report(ChainMail part, Stage stage, String text, Throwable thrown) {
    LOG.warn("{} at {}: {}", part.id(), stage.where(), text, thrown);
    event(part, Kind.ERROR, stage.where(), text);
  }

  private void event(ChainMail part, Kind kind, String where, String text) {
    trace.record(TraceEvent.now(part.id(), kind, where, text));
  }

  private static String addresses(List<Recipient> recipients) {
    return recipients.size() == 1
        ? recipients.getFirst().toString()
        : recipients.stream().map(Recipient::toString).collect(Collectors.joining(", "));
  }
}
