package org.mansio.protocols.core;

import java.io.IOException;

/** Nothing more will be read from the connection, or can be written to it. Ends the session wherever it stands. */
public final class ConnectionEnd extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** The peer closed or broke the connection, or TLS failed: nothing can be said any more. */
    PEER,
    /** The peer sent or took nothing for too long. */
    TIMEOUT,
    /** The server stops. */
    STOPPING
  }

  ConnectionEnd(Reason reason) {
    super("connection ended: " + reason);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Control passes through here for every connection; the stack says nothing. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
