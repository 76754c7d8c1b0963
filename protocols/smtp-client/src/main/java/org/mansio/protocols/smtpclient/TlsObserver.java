package org.mansio.protocols.smtpclient;

/** Hears of new connections, and of TLS on them; not of connections that are used again. */
@FunctionalInterface
public interface TlsObserver {
  /** A connection is about to be opened. Called by the thread that opens it, once for each; must not block. */
  default void connecting(Peer peer) {}

  /** What became of TLS, where it is wanted. Called by the thread that opens the connection, once for each; must not block. */
  void opened(Peer peer, TlsOutcome outcome);

  /** Hears nothing. */
  static TlsObserver none() {
    return (peer, outcome) -> {};
  }
}
