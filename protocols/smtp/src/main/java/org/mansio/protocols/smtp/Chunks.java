package org.mansio.protocols.smtp;

import org.mansio.protocols.core.Pace;

/**
 * What a transaction has of a message that comes in chunks (RFC 3030 §2). Not thread-safe; for one transaction.
 *
 * @param message what has come so far
 * @param pace of all the chunks together, and of the commands between them
 */
record Chunks(IncomingMessage message, Pace pace) implements AutoCloseable {
  @Override
  public void close() {
    message.close();
  }
}
