package org.mansio.protocols.smtpclient;

/** Hears of TLS on new connections; not of connections that are used again, nor of those that want no TLS. */
@FunctionalInterface
public interface TlsObserver {
  /** Called by the thread that opens the connection, once for each; must not block. */
  void opened(Peer peer, TlsOutcome outcome);

  /** Hears nothing. */
  static TlsObserver none() {
    return (peer, outcome) -> {};
  }
}
