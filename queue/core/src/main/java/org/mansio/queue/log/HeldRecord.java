package org.mansio.queue.log;

import org.mansio.spi.queue.QueueException;

/** A durable record of an entry, held by this process until it ends it. Thread-safe. */
public interface HeldRecord {
  /** The same each time the log brings this record, another for each other record. */
  String id();

  /**
   * The record; not to be changed. It may be read from the disk.
   *
   * @throws QueueException when it can't be read now
   */
  byte[] octets() throws QueueException;

  /**
   * Takes the record out of the log. A process that is killed, or a power failure, within the next moments may undo it, which is as
   * if it had come a moment earlier: nothing that is appended later is durable before it.
   *
   * @throws QueueException when the log lost its hold; the record then arrives again, with a new one
   */
  void end() throws QueueException;
}
