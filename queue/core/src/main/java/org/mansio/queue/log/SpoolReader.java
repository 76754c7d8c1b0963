package org.mansio.queue.log;

import java.time.Duration;
import java.util.List;
import org.mansio.spi.queue.QueueException;

/**
 * Takes mails out of the spool in batches. A batch stays in the spool until {@link #commit}; no other reader sees it
 * meanwhile. Used by one thread at a time.
 */
public interface SpoolReader extends AutoCloseable {
  /**
   * A record of the spool.
   *
   * @param repeated whether it was taken before and not committed
   */
  record Taken(byte[] octets, boolean repeated) {}

  /**
   * Waits for the first record and takes what else is there. The former batch must have been committed or rolled back.
   *
   * @param limit records at most
   * @param wait for the first at most so long
   * @return empty when none came
   * @throws QueueException when the log is away; the next call connects again
   */
  List<Taken> take(int limit, Duration wait) throws QueueException;

  /**
   * Takes the batch out of the spool and appends what came of it, all or none.
   *
   * @param damaged records of the batch that can't be read, kept aside for the operator
   * @throws QueueException when it isn't sure that this happened, and the batch may come again; or, when it {@link
   *     #keepsBatch keeps the batch}, when it did not
   */
  void commit(Append produced, List<byte[]> damaged) throws QueueException;

  /**
   * Whether a commit that failed changed nothing, and can be made again for the same batch. What was delivered already is
   * then not delivered once more for its sake.
   */
  default boolean keepsBatch() {
    return false;
  }

  /** Puts the batch back. */
  void rollback();

  /** Ends the wait of {@link #take}, now and from now on; may be called from any thread. A batch can still be committed. */
  void stop();

  @Override
  void close();
}
