package org.mansio.queue;

import java.util.Optional;
import java.util.function.Supplier;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.log.DurableLog;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueException;

/** What operators ask of the queue as a whole: whether it takes mail, how full it is, what of it is damaged. Thread-safe. */
final class QueueHealth {
  private final DurableLog log;
  private final BlobStore blobs;
  private final DepthGuard depth;
  private final Supplier<Optional<QueueException.Reason>> refusal;

  QueueHealth(
      DurableLog log,
      BlobStore blobs,
      DepthGuard depth,
      Supplier<Optional<QueueException.Reason>> refusal) {
    this.log = log;
    this.blobs = blobs;
    this.depth = depth;
    this.refusal = refusal;
  }

  QueueControl.Condition condition() {
    return new QueueControl.Condition(log.records(), depth.limit(), refusal.get(), log.keptAside());
  }

  long forgetDamaged() throws QueueException {
    int count = log.forgetDamaged();
    blobs.resumeSweep();
    return count;
  }
}
