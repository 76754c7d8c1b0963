package org.mansio.queue;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;

/**
 * What a durable queue is told.
 *
 * @param directory for what this process alone has
 * @param bodies for bodies that are too large for the log; the same for all processes that share it
 * @param memoryLimit octets of an arriving message that are kept in memory
 * @param inlineLimit the largest body that lies in the log itself, octets
 * @param minFreeSpace octets that must be free on the disk for mail to be taken
 * @param queueLimit mails that may be in the queue, one for each of their destinations; beyond it more is refused. Empty when
 *     nothing needs to bound them
 * @param spoolConsumers batches of mail that are in the chain at once
 */
public record QueueSettings(
    Path directory,
    Path bodies,
    long memoryLimit,
    int inlineLimit,
    long minFreeSpace,
    OptionalLong queueLimit,
    int spoolConsumers,
    OutgoingSettings outgoing) {
  /** With the bodies in the queue's directory, and no limit of mails. */
  public QueueSettings(
      Path directory,
      long memoryLimit,
      int inlineLimit,
      long minFreeSpace,
      int spoolConsumers,
      OutgoingSettings outgoing) {
    this(
        directory,
        directory,
        memoryLimit,
        inlineLimit,
        minFreeSpace,
        OptionalLong.empty(),
        spoolConsumers,
        outgoing);
  }
}
