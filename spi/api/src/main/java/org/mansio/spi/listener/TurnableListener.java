package org.mansio.spi.listener;

import org.mansio.spi.smtp.TurnedConnection;

/** A listener that can also be the server on a connection which this side opened, behind a swap of the roles (RFC 2645). */
public interface TurnableListener extends Listener {
  /**
   * Holds one session as if the peer had connected to the listener, but for its start: TLS is as it is, and there is no
   * login. Blocks until it is over and the connection closed.
   *
   * @return messages that were taken in it
   * @throws InterruptedException when interrupted; the connection is closed then
   */
  long serve(TurnedConnection connection) throws InterruptedException;
}
