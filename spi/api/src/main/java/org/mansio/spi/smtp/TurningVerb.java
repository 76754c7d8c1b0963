package org.mansio.spi.smtp;

/**
 * A verb behind whose positive reply client and server swap their roles, as behind ATRN (RFC 2645 §5.2.1) and TURN (RFC 821
 * §3.8). After such a reply of {@link #handle} exactly one of {@link #turned} and {@link #notTurned} is called.
 */
public interface TurningVerb extends SmtpVerb {
  /**
   * Holds the session with the roles swapped. The reply has been sent; nothing that the peer sent before it is left to be
   * read, and TLS is as it was. The connection ends when this returns.
   *
   * @param connection give it to {@link OutboundSmtp#over}
   */
  void turned(SmtpSession session, TurnedConnection connection) throws Exception;

  /**
   * The peer had pipelined octets behind the verb, or is gone: the reply wasn't sent, the session ends. What {@link #handle}
   * laid hold of is to be let go.
   */
  void notTurned(SmtpSession session);
}
