package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.SpoolReader;
import org.mansio.spi.queue.QueueException;

/** Takes mails out of the journal's spool. */
final class JournalSpoolReader implements SpoolReader {
  private final JournalLog log;
  private final JournalSpool spool;
  private List<JournalSpool.Spooled> batch = List.of();
  private volatile boolean stopped;

  JournalSpoolReader(JournalLog log, JournalSpool spool) {
    this.log = log;
    this.spool = spool;
  }

  @Override
  public List<Taken> take(int limit, Duration wait) throws QueueException {
    try {
      batch = spool.take(limit, wait.toMillis(), () -> stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueException(QueueException.Reason.CLOSED, "interrupted", e);
    }
    List<Taken> taken = new ArrayList<>(batch.size());
    List<JournalSpool.Spooled> readable = new ArrayList<>(batch.size());
    List<JournalSpool.Spooled> unreadable = new ArrayList<>();
    QueueException reason = null;
    for (JournalSpool.Spooled spooled : batch) {
      try {
        byte[] octets = spooled.octets();
        taken.add(
            new Taken(octets == null ? spooled.record().octets() : octets, spooled.repeated()));
        readable.add(spooled);
      } catch (QueueException e) {
        reason = e;
        unreadable.add(spooled);
      }
    }
    batch = readable;
    if (reason != null) {
      // At the head it would be in the way of all that came after it; it is tried again when they
      // are through.
      spool.putLast(unreadable);
      throw reason;
    }
    return taken;
  }

  @Override
  public void commit(Append produced, List<byte[]> damaged) throws QueueException {
    List<LiveRecord> ends = batch.stream().map(JournalSpool.Spooled::record).toList();
    try {
      if (produced.isEmpty() && damaged.isEmpty()) {
        log.writer().end(ends);
      } else {
        log.write(produced, damaged, ends);
      }
    } catch (IOException e) {
      throw JournalLog.unavailable("the queue's journal can't be written", e);
    }
    spool.done(batch.size());
    batch = List.of();
  }

  @Override
  public boolean keepsBatch() {
    return true;
  }

  @Override
  public void rollback() {
    spool.giveBack(batch);
    batch = List.of();
  }

  @Override
  public void stop() {
    stopped = true;
    spool.wake();
  }

  @Override
  public void close() {
    rollback();
  }
}
