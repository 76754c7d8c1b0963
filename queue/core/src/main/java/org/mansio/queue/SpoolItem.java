package org.mansio.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.log.Append;
import org.mansio.queue.outgoing.FirstAttempt;
import org.mansio.queue.outgoing.LongChain;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mail taken out of the spool, on its way through the chain and, where that goes quickly, through its first delivery
 * attempts. {@link #run} does the work on a thread of its own; the consumer calls {@link #conclude} for each transaction
 * with what came of it and {@link #settle} once, whether the work is done by then or not.
 */
final class SpoolItem implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolItem.class);
  private static final Duration FIRST_DELAY = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  private final SpoolContext context;
  private final QueueRecord.Spooled record;
  private final boolean repeated;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final List<FirstAttempt> attempts = new ArrayList<>();
  private final List<QueueRecord.Waiting> written = new ArrayList<>();
  private final List<Runnable> settlements = new ArrayList<>();
  private final List<Runnable> doubts = new ArrayList<>();
  private Map<UUID, QueueRecord.Waiting> durable = Map.of();
  private @Nullable ProcessingResult result;
  private @Nullable LongChain longChain;
  private @Nullable Outcome concluded;

  /** @param repeated whether it was taken before, so that a delivery may have been made already */
  SpoolItem(SpoolContext context, QueueRecord.Spooled record, boolean repeated) {
    this.context = context;
    this.record = record;
    this.repeated = repeated;
  }

  QueueRecord.Spooled record() {
    return record;
  }

  /** Completes when the chain and all attempts straight from it are over. */
  CompletableFuture<Void> done() {
    return done;
  }

  /**
   * What has to become durable in the transaction that takes the mail out of the spool.
   *
   * @param mails for the spool
   * @param entries for the outgoing queue, or waiting for the chain
   */
  record Outcome(List<SpooledMail> mails, List<QueueRecord.Waiting> entries) {}

  @Override
  public void run() {
    try {
      work();
    } finally {
      context.room().release();
    }
  }

  private void work() {
    ProcessingResult made = process();
    LongChain late;
    synchronized (this) {
      late = longChain;
      if (late == null) {
        result = made;
        offer(made.dispatches());
      }
    }
    if (late != null) {
      finishLate(late, made);
    }
  }

  private ProcessingResult process() {
    SpooledMail mail = record.mail();
    try {
      return Objects.requireNonNull(context.chain().process(mail));
    } catch (RuntimeException | Error e) {
      LOG.error(
          "{}: the chain failed unexpectedly; the mail is kept and tried again", mail.id(), e);
      return new ProcessingResult(
          List.of(), List.of(), List.of(postponed("the chain failed: " + e)));
    }
  }

  /** The mail as it came, to enter the chain again later. */
  private ProcessingResult.Postponed postponed(String reason) {
    SpooledMail mail = record.mail();
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(mail.attempts(), MAX_DOUBLINGS));
    SpooledMail again = mail.at(mail.processor(), mail.position(), mail.attempts() + 1);
    return new ProcessingResult.Postponed(again, delay, reason);
  }

  /** What takes the place of an outcome that can't be written. */
  Outcome again(String reason) {
    return new Outcome(List.of(), List.of(entry(postponed(reason))));
  }

  private void offer(List<Dispatch> dispatches) {
    for (Dispatch dispatch : dispatches) {
      // What comes again after a failed commit isn't delivered before it is written: no loop of
      // repeated deliveries.
      Optional<FirstAttempt> attempt = repeated ? Optional.empty() : offer(dispatch);
      attempt.ifPresentOrElse(
          attempts::add, () -> written.add(context.outgoing().newEntry(dispatch)));
    }
    CompletableFuture.allOf(
            attempts.stream().map(FirstAttempt::done).toArray(CompletableFuture[]::new))
        .thenRun(() -> done.complete(null));
  }

  private Optional<FirstAttempt> offer(Dispatch dispatch) {
    try {
      return context.outgoing().offer(dispatch);
    } catch (RuntimeException | Error e) {
      // No dispatch may be missing from what is written: it is written like one for a slow lane.
      LOG.error(
          "{}: the first attempt for {} can't begin",
          record.mail().id(),
          dispatch.route().lane(),
          e);
      return Optional.empty();
    }
  }

  /** Ends the wait, at the first call: what isn't done by then goes on as an entry. */
  synchronized Outcome conclude() {
    Outcome known = concluded;
    if (known == null) {
      known = outcome();
      concluded = known;
    }
    return known;
  }

  /** Whether the wait was ended before, for a transaction that failed: only what came of it has to be written yet. */
  synchronized boolean isConcluded() {
    return concluded != null;
  }

  private Outcome outcome() {
    List<SpooledMail> mails = new ArrayList<>();
    List<QueueRecord.Waiting> entries = new ArrayList<>();
    ProcessingResult made = result;
    if (made == null) {
      LongChain chain = context.outgoing().newLongChain(record.mail());
      longChain = chain;
      QueueRecord.Waiting waiting = chain.record(record.mail());
      entries.add(waiting);
      settlements.add(() -> chain.settle(Optional.ofNullable(durable.get(waiting.id()))));
      doubts.add(chain::doubt);
      return new Outcome(mails, entries);
    }
    mails.addAll(made.mails());
    entries.addAll(postponed(made));
    entries.addAll(written);
    for (FirstAttempt attempt : attempts) {
      FirstAttempt.Left left = attempt.conclude();
      mails.addAll(left.notices());
      left.entry().ifPresent(entries::add);
      settlements.add(() -> attempt.settle(left.entry().map(entry -> durable.get(entry.id()))));
      doubts.add(attempt::doubt);
    }
    return new Outcome(mails, entries);
  }

  private List<QueueRecord.Waiting> postponed(ProcessingResult made) {
    return made.postponed().stream().map(this::entry).toList();
  }

  private QueueRecord.Waiting entry(ProcessingResult.Postponed part) {
    return context.outgoing().newPostponed(part.mail(), part.delay(), part.reason());
  }

  /** The transaction failed, or it isn't known whether it took place; {@link #settle} follows. */
  synchronized void doubt() {
    doubts.forEach(Runnable::run);
  }

  /** @param entries as written, by id; empty when the transaction failed for good */
  synchronized void settle(Map<UUID, QueueRecord.Waiting> entries) {
    durable = entries;
    settlements.forEach(Runnable::run);
  }

  private void finishLate(LongChain late, ProcessingResult made) {
    List<QueueRecord.Waiting> entries = new ArrayList<>(postponed(made));
    made.dispatches().forEach(dispatch -> entries.add(context.outgoing().newEntry(dispatch)));
    Append produced;
    try {
      produced = context.products().encode(made.mails(), entries).append();
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "{}: what the chain made of it can't be written; the mail is kept and tried again",
          record.mail().id(),
          e);
      ProcessingResult.Postponed again = postponed("what the chain made can't be written: " + e);
      late.again(again.delay(), again.reason());
      return;
    }
    late.finish(produced);
  }
}
