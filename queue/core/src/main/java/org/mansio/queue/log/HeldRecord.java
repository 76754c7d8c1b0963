package org.mansio.queue.log;

import org.mansio.spi.queue.QueueException;

/** A durable record of an entry, held by this process until it ends it. Thread-safe. */
public interface HeldRecord {
  /** The same each time the log brings this record, another for each other record. */
  String id();

  /** The record; not to be changed. */
  byte[] octets();

  /**
   * Takes the record out of the log; durable when this returns.
   *
   * @throws QueueException when the log lost its hold; the record then arrives again, with a new one
   */
  void end() throws QueueException;
}
