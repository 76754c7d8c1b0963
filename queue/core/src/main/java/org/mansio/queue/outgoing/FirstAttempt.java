package org.mansio.queue.outgoing;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.queue.SpooledMail;

/**
 * A delivery that is attempted straight from the chain, while the mail still lies in the spool: when it succeeds, nothing
 * of it is ever written. {@link #conclude} is called once, then {@link #settle} once.
 */
public final class FirstAttempt {
  private final Outgoing outgoing;
  private final Entry entry;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  FirstAttempt(Outgoing outgoing, Entry entry) {
    this.outgoing = outgoing;
    this.entry = entry;
  }

  /**
   * What has to become durable in the transaction that takes the mail out of the spool.
   *
   * @param notices mails for the chain
   * @param entry the entry that goes on; empty when the delivery is done
   */
  public record Left(List<SpooledMail> notices, Optional<QueueRecord.Waiting> entry) {}

  /** Completes when the attempt is over. */
  public CompletableFuture<Void> done() {
    return done;
  }

  /** Ends the wait: what is done is told, what isn't goes on as a durable entry. */
  public Left conclude() {
    return outgoing.conclude(entry);
  }

  /** It isn't known whether that transaction took place; {@link #settle} follows. */
  public void doubt() {
    outgoing.doubt(entry);
  }

  /**
   * Says whether that transaction took place.
   *
   * @param durable the entry as written; empty when none was, or the transaction failed
   */
  public void settle(Optional<QueueRecord.Waiting> durable) {
    outgoing.settle(entry, durable);
  }

  Entry entry() {
    return entry;
  }

  void complete() {
    done.complete(null);
  }
}
