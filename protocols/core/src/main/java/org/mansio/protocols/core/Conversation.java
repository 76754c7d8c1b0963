package org.mansio.protocols.core;

/** What is said to one peer after another. Thread-safe. */
@FunctionalInterface
public interface Conversation {
  /**
   * Speaks with one peer, on a virtual thread of its own; the connection is closed when it returns. A {@link
   * ConnectionEnd} may pass through.
   */
  void serve(Connection connection) throws ConnectionEnd;
}
