package org.mansio.spi.mail;

import java.io.Closeable;
import java.io.IOException;

/**
 * Takes the octets of a message as they arrive, in memory up to a threshold, then in a file of the queue. Used by one
 * thread at a time. Closing without {@link #finish} discards everything.
 */
public interface ContentWriter extends Closeable {
  /**
   * Appends {@code length} octets.
   *
   * @throws IOException when the disk refuses; the writer is then only good for closing
   */
  void write(byte[] octets, int offset, int length) throws IOException;

  /** Octets written so far. */
  long size();

  /**
   * Ends the message. The content is not yet on stable storage: enqueuing it makes it so. Content that is never enqueued
   * must be discarded by {@link #close}; after a successful enqueue, close does nothing.
   *
   * @throws IOException when the disk refuses
   */
  Content finish() throws IOException;

  @Override
  void close();
}
