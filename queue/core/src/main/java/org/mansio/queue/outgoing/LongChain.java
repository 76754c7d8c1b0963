package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.Optional;
import org.mansio.queue.log.Append;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.queue.SpooledMail;

/**
 * A mail that is still in the chain when those taken out of the spool with it are done: it goes on as an entry. After a
 * crash it enters the chain again, as if from the spool.
 */
public final class LongChain {
  private final Outgoing outgoing;
  private final Entry entry;

  LongChain(Outgoing outgoing, Entry entry) {
    this.outgoing = outgoing;
    this.entry = entry;
  }

  /** What has to become durable in the transaction that takes the mail out of the spool. */
  public QueueRecord.Waiting record(SpooledMail mail) {
    return outgoing.record(entry, mail);
  }

  /** It isn't known whether that transaction took place; {@link #settle} follows. */
  public void doubt() {
    outgoing.doubt(entry);
  }

  /** Says whether that transaction took place; the entry as written. */
  public void settle(Optional<QueueRecord.Waiting> durable) {
    outgoing.settle(entry, durable);
  }

  /** Nothing that the chain made can be written: the mail enters it again after a delay. Blocks for the disk. */
  public void again(Duration delay, String reason) {
    outgoing.again(entry, delay, reason);
  }

  /** The chain is done: what came of it becomes durable and the entry ends, in one transaction. Blocks for the disk. */
  public void finish(Append produced) {
    outgoing.finish(entry, produced);
  }
}
