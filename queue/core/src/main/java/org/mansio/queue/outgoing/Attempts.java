package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.queue.outgoing.TransportCalls.Tried;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the attempts, each on a virtual thread of its own or on that of whoever brings a transport along, and what is done
 * for an entry in place of one: the warning of a delay, the end without an attempt. What came of it is told to the scheduler
 * and then recorded. Thread-safe; for whoever has made the entry busy.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final TransportCalls transports;
  private final AttemptThreads threads;
  private final AttemptRecorder recorder;
  private final InstantSource clock;

  Attempts(
      LaneScheduler scheduler,
      EntryBook book,
      TransportCalls transports,
      AttemptThreads threads,
      AttemptRecorder recorder,
      InstantSource clock) {
    this.scheduler = scheduler;
    this.book = book;
    this.transports = transports;
    this.threads = threads;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** Works on a busy entry on a thread of its own. */
  void run(Entry entry, Runnable task) {
    threads.start(() -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        failed(entry, e);
      } finally {
        threads.leave();
      }
    });
  }

  private void failed(Entry entry, Throwable e) {
    LOG.error("{}: what followed from an attempt can't be recorded", entry.mailId, e);
    book.park(entry, "internal error: " + e + "; release or remove the mail");
  }

  /** An attempt over the lane's own transport. */
  void attempt(Entry entry) {
    Optional<SpooledMail> mail = book.mail(entry);
    Lane lane = Objects.requireNonNull(entry.lane);
    if (mail.isEmpty()) {
      LOG.error("{} {}: the record can't be read; it is tried again later", entry.mailId, lane);
      Feedback nothing = lane.failures > 0 ? Feedback.DOWN : Feedback.ANSWERED;
      finished(
          lane, new AttemptEnd(Duration.ZERO, nothing, 0, Optional.of("the record can't be read")));
      book.readLater(entry);
      return;
    }
    Delivery delivery = entry.delivery(mail.get(), entry.attempts + 1);
    long begin = System.nanoTime();
    Tried tried = transports.deliver(delivery);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Optional<String> error = tried.report().results().values().stream()
        .filter(result -> !(result instanceof RecipientResult.Delivered))
        .map(RecipientResult::diagnostic)
        .findFirst();
    finished(
        lane,
        new AttemptEnd(took, Feedback.of(tried.report()), tried.report().connections(), error));
    if (threads.isClosing() && tried.isFruitless()) {
      LOG.debug("{} {}: the attempt was cut short and doesn't count", entry.mailId, lane);
      return;
    }
    recorder.conclude(entry, delivery, tried.report());
  }

  /**
   * An attempt over a transport that the caller brings along, on its thread; the entry was lent by the scheduler and is given
   * back. One that was interrupted before anything came of it doesn't count.
   *
   * @return empty when the mail can't be read now, or something unforeseen happened
   */
  Optional<Tried> attempt(Entry entry, Lane lane, Transport through) {
    threads.enter();
    try {
      Optional<SpooledMail> mail = book.mail(entry);
      Optional<Delivery> delivery = mail.map(m -> entry.delivery(m, entry.attempts + 1));
      Optional<Tried> tried = delivery.map(d -> transports.deliver(d, through));
      boolean counts =
          tried.isPresent() && !(tried.get().interrupted() && tried.get().isFruitless());
      giveBack(entry, lane, !counts);
      if (counts) {
        recorder.conclude(entry, delivery.orElseThrow(), tried.orElseThrow().report());
      }
      return tried;
    } catch (RuntimeException | Error e) {
      failed(entry, e);
      return Optional.empty();
    } finally {
      threads.leave();
    }
  }

  private void giveBack(Entry entry, Lane lane, boolean unchanged) {
    scheduler.lock.lock();
    try {
      if (unchanged) {
        scheduler.states().place(entry, false);
      }
      scheduler.giveBack(lane);
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Lets the sender of an entry that takes long hear of it; the entry then goes on as it was. */
  void warn(Entry entry) {
    Instant now = clock.instant();
    Optional<DelayWarning> warning = entry.schedule().warning(entry.terms, entry.warned, now);
    Optional<SpooledMail> mail = book.mail(entry);
    if (warning.isEmpty() || mail.isEmpty()) {
      LOG.error("{}: the sender can't be told of the delay: no record of the mail", entry.mailId);
      return;
    }
    Delivery delivery = new Delivery(mail.get(), entry.route.orElseThrow(), entry.attempts);
    recorder.conclude(
        entry,
        new Attempted(
            delivery,
            AttemptOutcome.warned(
                delivery, warning.get(), reason(entry), entry.due(), entry.lastError, now)));
  }

  private String reason(Entry entry) {
    scheduler.lock.lock();
    try {
      return scheduler.diagnosis().reason(entry);
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Gives an entry up without an attempt. */
  void expire(Entry entry, String reason) {
    book.mail(entry).ifPresent(mail -> {
      Map<Recipient, RecipientResult> results = mail.envelope().recipients().stream()
          .collect(Collectors.toMap(
              Recipient::withoutStatus,
              recipient -> AttemptOutcome.lastAnswer(recipient, reason, entry.lastError)
                  .map(last -> new RecipientResult.Deferred(
                      last.status(), last.remoteMta(), last.diagnostic()))
                  .orElseGet(() -> deferred(reason)),
              (one, other) -> one));
      recorder.conclude(
          entry, entry.delivery(mail, entry.attempts + 1), new DeliveryReport(results, true));
    });
  }

  private void finished(Lane lane, AttemptEnd end) {
    scheduler.lock.lock();
    try {
      scheduler.finished(lane, end);
    } finally {
      scheduler.lock.unlock();
    }
  }

  private static RecipientResult.Deferred deferred(String reason) {
    return new RecipientResult.Deferred(AttemptOutcome.UNDEFINED, Optional.empty(), reason);
  }
}
