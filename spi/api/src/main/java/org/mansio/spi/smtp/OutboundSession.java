package org.mansio.spi.smtp;

import java.io.IOException;

/** A session with another server, as its client. One thread at a time. */
public interface OutboundSession extends AutoCloseable {
  /** The host and its address, for log lines. */
  String peer();

  /**
   * Whether the server offered an extension at EHLO.
   *
   * @param keyword in any case, such as {@code ETRN}
   */
  boolean offers(String keyword);

  /**
   * Sends a command and reads the reply.
   *
   * @param line without line break
   * @throws IOException when no reply comes in time or the connection is lost; the session is over then
   */
  SmtpReply command(String line) throws IOException, InterruptedException;

  /**
   * Lets go of the connection behind a reply that swaps the roles; this session is over.
   *
   * @throws IOException when the server has said more than that reply, or is gone; the connection is closed
   */
  TurnedConnection turn() throws IOException, InterruptedException;

  /** Says QUIT and closes; nothing behind {@link #turn}. */
  @Override
  void close();
}
