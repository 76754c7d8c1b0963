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
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.ProcessingResult.Postponed;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

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
  private final TraceLog traceLog;
  private final ChainTrace trace;
  private final StuckMails.Run watch;
  private final Witness witness;
  private final Logger alarms;
  private final Deque<ChainMail> parts = new ArrayDeque<>(2);
  private final List<SpooledMail> mails = new ArrayList<>(0);
  private final List<Dispatch> dispatches = new ArrayList<>(1);
  private final List<Postponed> postponed = new ArrayList<>(0);

  /**
   * A run to come.
   *
   * @param watch told where the mail is
   * @param witness told what is decided
   */
  ChainRun(
      Map<String, Processor> processors, TraceLog trace, StuckMails.Run watch, Witness witness) {
    boolean isReal = !witness.isSimulation();
    this.processors = processors;
    this.traceLog = trace;
    this.trace = new ChainTrace(trace, isReal);
    this.watch = watch;
    this.witness = witness;
    // What goes wrong in a simulation is no alarm: who runs it sees it.
    this.alarms = isReal ? LOG : NOPLogger.NOP_LOGGER;
  }

  ProcessingResult run(SpooledMail mail) {
    add(mail);
    for (ChainMail part = parts.poll(); part != null; part = parts.poll()) {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = step(part);
      }
    }
    return new ProcessingResult(mails, DispatchMerge.merge(dispatches, traceLog), postponed);
  }

  private void add(SpooledMail mail) {
    parts.add(ChainMail.of(mail, traceLog, witness.isSimulation()));
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
      return condition.negated() ? passUnmatched(part, stage) : serve(part, stage);
    }
    return match(part, stage);
  }

  private static boolean pass(ChainMail part) {
    part.advance();
    return true;
  }

  private boolean passUnmatched(ChainMail part, Stage stage) {
    witness.passed(part, stage);
    return pass(part);
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
      return passUnmatched(part, stage);
    }
    if (rest.isEmpty()) {
      trace.event(part, Kind.MATCHED, stage.where(), condition.shown());
    } else {
      split(part, stage, selected, rest);
    }
    return serve(part, stage);
  }

  private void split(ChainMail part, Stage stage, List<Recipient> selected, List<Recipient> rest) {
    MailId id = PartId.derive(part.id(), part.processor(), part.position(), rest);
    trace.split(part, stage, stage.condition().shown(), id, selected, rest);
    witness.split(part, id);
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
    if (witness.isSimulation() && !stage.runsInSimulation()) {
      return leaveOut(part, stage);
    }
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
    witness.served(part, stage);
    return switch (outcome) {
      case Outcome.Next next -> {
        trace.event(part, Kind.MAILET, stage.where(), "went on");
        part.advance();
        yield !(handedOn && part.recipients().isEmpty());
      }
      case Outcome.ToProcessor(String name) -> toProcessor(part, stage, name);
      case Outcome.Dispatched dispatched -> {
        trace.event(part, Kind.MAILET, stage.where(), dispatchedText(part));
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
      trace.sent(part, stage, mail);
      witness.sent(part, mail);
    }
    for (Dispatch dispatch : part.dispatched()) {
      dispatches.add(dispatch);
      trace.dispatched(part, stage, dispatch);
    }
  }

  /** What it would do isn't known; behind one that lets mail go on, the mail goes on as it was. */
  private boolean leaveOut(ChainMail part, Stage stage) {
    witness.leftOut(part, stage);
    return !stage.ends() && pass(part);
  }

  /**
   * A mailet that sends a mail for each mail, its own too, would go on until the disk is full. The mail is treated as one that
   * something in the chain failed on; but for what handles those sends, since that is told of already.
   */
  private void endless(ChainMail part, Stage stage, SpooledMail mail) {
    String text = "not sent: " + MAX_GENERATIONS
        + " mails came out of one another; the chain makes mails without end: " + mail.id() + " to "
        + ChainTrace.addresses(mail.envelope().recipients());
    alarms.error("{} at {}: {}", part.id(), stage.where(), text);
    trace.event(part, Kind.ERROR, stage.where(), text);
    if (!part.processor().equals(Processor.ERROR) && processors.containsKey(Processor.ERROR)) {
      Attributes attributes = mail.attributes()
          .with(GENERATION, new AttributeValue.Whole(MAX_GENERATIONS))
          .with(Attributes.ERROR, text);
      add(mail.withAttributes(attributes).at(Processor.ERROR, 0, 0));
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
    trace.event(part, Kind.MAILET, stage.where(), "to processor " + name);
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
    trace.dropped(part, where, reason);
    witness.dropped(part, where, reason);
    return false;
  }

  /** To a processor that handles failures; when that fails itself, the mail waits where it is. */
  private boolean fail(
      ChainMail part, String processor, String reason, Optional<Throwable> thrown) {
    String where = part.processor() + "/" + part.position();
    boolean inErrorAlready =
        part.processor().equals(Processor.ERROR) && processor.equals(Processor.ERROR);
    if (inErrorAlready || part.failures() >= MAX_FAILURES || !processors.containsKey(processor)) {
      alarms.error(
          "{} can't be handled and waits in processor {}: {}",
          part.id(),
          part.processor(),
          reason,
          thrown.orElse(null));
      return postpone(part, where, reason, BackOff.STUCK, Optional.empty());
    }
    if (thrown.isEmpty()) {
      alarms.error("{} goes to processor {}: {}", part.id(), processor, reason);
      trace.event(part, Kind.ERROR, where, reason);
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
    trace.deferred(part, where, reason, delay);
    witness.postponed(part, where, reason, delay);
    postponed.add(new Postponed(part.atRest(), delay, reason));
    return false;
  }

  // ---- telling

  private void report(ChainMail part, Stage stage, String text, Throwable thrown) {
    alarms.warn("{} at {}: {}", part.id(), stage.where(), text, thrown);
    trace.event(part, Kind.ERROR, stage.where(), text);
  }
}
