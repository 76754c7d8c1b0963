package org.mansio.protocols.core;

/** What is spoken on a port. Thread-safe. */
public interface Protocol {
  /**
   * Speaks with one peer, on a virtual thread of its own; the connection is closed when it returns. A {@link
   * ConnectionEnd} may pass through.
   */
  void serve(Connection connection) throws ConnectionEnd;

  /** What a peer reads before it is turned away, because there are too many connections: complete, with line ends. */
  byte[] overloaded();
}
