package org.mansio.queue.outgoing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.SpooledMail;

/**
 * Makes durable what came of an attempt, together with the notices to the sender, before its entry is let go; and leaves a
 * trace of it, and a line in the log. Thread-safe; for whoever has made the entry busy.
 */
final class AttemptRecorder {
  /** RFC 3463 §3.4: X.3.0, other mail system status; that an operator decided has no status of its own. */
  private static final EnhancedStatus GIVEN_UP = new EnhancedStatus(5, 3, 0);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final ProductWriter products;
  private final DeliveryTrace trace;
  private final InstantSource clock;
  private final BooleanSupplier closing;
  private final Consumer<UUID> straightEnded;

  /**
   * @param closing whether what can't be recorded now is given up
   * @param straightEnded hears of each attempt that is over while its mail still lies in the spool
   */
  AttemptRecorder(
      LaneScheduler scheduler,
      EntryBook book,
      ProductWriter products,
      DeliveryTrace trace,
      InstantSource clock,
      BooleanSupplier closing,
      Consumer<UUID> straightEnded) {
    this.scheduler = scheduler;
    this.book = book;
    this.products = products;
    this.trace = trace;
    this.clock = clock;
    this.closing = closing;
    this.straightEnded = straightEnded;
  }

  /** An attempt is over, or an entry ends without one: whatever follows from the report. */
  void conclude(Entry entry, Delivery delivery, DeliveryReport report) {
    Instant now = clock.instant();
    AttemptOutcome outcome =
        AttemptOutcome.of(delivery, report, entry.schedule(), entry.warned, now);
    Optional<Instant> next = scheduler.waits(entry) ? Optional.empty() : outcome.due();
    trace.attempted(delivery, report, outcome, next);
    AttemptLog.attempted(delivery, report, outcome, next, now);
    conclude(entry, new Attempted(delivery, outcome));
  }

  /** As {@link #conclude(Entry, Delivery, DeliveryReport)}, when it is known already what follows. */
  void conclude(Entry entry, Attempted attempted) {
    trace.notices(attempted.delivery(), attempted.notices());
    boolean durable;
    scheduler.lock.lock();
    try {
      durable = entry.handedOver();
      if (!durable) {
        entry.attempted = attempted;
        entry.phase = Entry.Phase.ENDED;
        book.forget(entry);
      }
    } finally {
      scheduler.lock.unlock();
    }
    if (!durable) {
      straightEnded.accept(entry.id);
    } else if (entry.durable.join()) {
      follow(entry, attempted);
    }
  }

  private void follow(Entry entry, Attempted attempted) {
    if (attempted.outcome().isClean()) {
      book.end(entry);
      return;
    }
    Optional<SpooledMail> mail = book.mail(entry);
    if (mail.isEmpty()) {
      return;
    }
    book.write(List.of(change(entry, attempted, mail.get())), closing);
  }

  /** What has to become durable of an attempt. */
  private EntryBook.Change change(Entry entry, Attempted attempted, SpooledMail mail) {
    List<byte[]> spool;
    try {
      spool = products
          .encode(
              attempted.notices().stream()
                  .map(notice -> notice.withContent(mail.content()))
                  .toList(),
              List.of())
          .append()
          .spool();
    } catch (IOException e) {
      // The content lies in its blob already, so that no disk is needed here.
      throw new UncheckedIOException(e);
    }
    QueueRecord.OfEntry next = attempted
        .remaining(entry.id, entry.generation + 1, mail)
        .<QueueRecord.OfEntry>map(waiting -> waiting)
        .orElseGet(() -> new QueueRecord.Ended(entry.id, entry.generation + 1));
    return new EntryBook.Change(entry, next, spool, List.of());
  }

  /** The end of a busy entry that an operator gives up, with what its sender hears of it; to be written. */
  EntryBook.Change givenUp(Entry entry, SpooledMail mail, String reason) {
    Delivery delivery = entry.delivery(mail, entry.attempts);
    DeliveryReport report = DeliveryReport.forAll(
        delivery,
        recipient -> new RecipientResult.Failed(GIVEN_UP, Optional.empty(), reason),
        false);
    Instant now = clock.instant();
    AttemptOutcome outcome =
        AttemptOutcome.of(delivery, report, entry.schedule(), entry.warned, now);
    trace.attempted(delivery, report, outcome, Optional.empty());
    AttemptLog.attempted(delivery, report, outcome, Optional.empty(), now);
    Attempted attempted = new Attempted(delivery, outcome);
    trace.notices(delivery, attempted.notices());
    return change(entry, attempted, mail);
  }
}
