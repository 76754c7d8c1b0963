package org.mansio.spi.smtp;

import java.io.IOException;
import org.mansio.spi.queue.Transport;

/**
 * SMTP as a client, for what isn't a delivery of the queue's own: asking another server for mail, and handing mail over on a
 * connection that somebody else opened. Blocking, made for virtual threads; every wait has a time-out. Thread-safe.
 */
public interface OutboundSmtp extends AutoCloseable {
  /**
   * Opens a session: connected, greeted, EHLO said, TLS and login as asked for. All addresses of the host are tried.
   *
   * @throws IOException when none gives a session; the message says why, without secrets
   */
  OutboundSession open(Upstream upstream) throws IOException, InterruptedException;

  /**
   * Begins a session as the client on a connection that the peer opened: reads the peer's 220 and says EHLO. Neither STARTTLS
   * nor AUTH follows.
   *
   * @param name of the transport, for the trace
   * @return offers each mail over this connection, one at a time; reports its lane as down when the connection is gone or
   *     the server stops; says QUIT when closed
   * @throws IOException when the peer doesn't become a server; the connection is closed
   */
  Transport over(TurnedConnection connection, String name) throws IOException, InterruptedException;

  /** Ends all sessions. */
  @Override
  void close();
}
