package org.mansio.protocols.core;

/** What is spoken on a port. Thread-safe. */
public interface Protocol extends Conversation {
  /** What a peer reads before it is turned away, because there are too many connections: complete, with line ends. */
  byte[] overloaded();
}
