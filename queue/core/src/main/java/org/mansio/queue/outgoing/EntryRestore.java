package org.mansio.queue.outgoing;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** Gives entries away as they are, and takes them back. Thread-safe. */
final class EntryRestore {
  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final ProductWriter products;
  private final DurableLog log;
  private final RecordCodec codec;

  EntryRestore(
      LaneScheduler scheduler,
      EntryBook book,
      ProductWriter products,
      DurableLog log,
      RecordCodec codec) {
    this.scheduler = scheduler;
    this.book = book;
    this.products = products;
    this.log = log;
    this.codec = codec;
  }

  /**
   * An entry at rest, with its mail; empty for one whose mail can't be read or is gone, and for one that has no record yet: it
   * is on its way straight from the chain, and will be gone in a moment or have one.
   */
  Optional<QueuedMail> read(Entry entry) {
    return book.durableMail(entry).map(mail -> {
      scheduler.lock.lock();
      try {
        return new QueuedMail(
            mail,
            entry.route,
            entry.phase == Entry.Phase.HELD,
            entry.attempts,
            notBefore1970(entry.due()),
            entry.lastError,
            entry.warned);
      } finally {
        scheduler.lock.unlock();
      }
    });
  }

  /** As {@link #read}, as a record. */
  Optional<byte[]> record(Entry entry) {
    return read(entry).map(queued -> codec.encode(waiting(entry.id, queued)));
  }

  /** What {@link #record} encoded, perhaps elsewhere. */
  QueuedMail decode(byte[] record) throws DamagedRecordException {
    if (!(codec.decode(record) instanceof QueueRecord.Waiting waiting)) {
      throw new DamagedRecordException("not an entry at rest");
    }
    return new QueuedMail(
        waiting.mail(),
        waiting.route(),
        waiting.held(),
        waiting.attempts(),
        waiting.due(),
        waiting.lastError(),
        waiting.warned());
  }

  private static QueueRecord.Waiting waiting(UUID id, QueuedMail queued) {
    return new QueueRecord.Waiting(
        id,
        1,
        queued.route(),
        queued.held(),
        queued.attempts(),
        notBefore1970(queued.due()),
        queued.lastError(),
        queued.warned(),
        queued.mail());
  }

  /** One that never waited has no time yet. */
  private static Instant notBefore1970(Instant due) {
    return due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due;
  }

  /** What {@code QueueControl.restore} says. */
  boolean restore(QueuedMail queued) throws QueueException {
    if (isHere(queued.mail(), queued.route())) {
      return false;
    }
    QueueRecord.Waiting waiting = waiting(UUID.randomUUID(), queued);
    Append append;
    try {
      append = products.encode(List.of(), List.of(waiting)).append();
    } catch (IOException e) {
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE, "can't write the body: check the queue's disk", e);
    }
    log.append(append);
    return true;
  }

  private boolean isHere(SpooledMail mail, Optional<Route> route) {
    scheduler.lock.lock();
    try {
      return book.of(mail.id()).stream()
          .anyMatch(entry -> entry.phase != Entry.Phase.ENDED
              && entry.route.map(Route::lane).equals(route.map(Route::lane)));
    } finally {
      scheduler.lock.unlock();
    }
  }
}
