package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.TurnedConnection;

/** A session for single commands. */
final class ClientSession implements OutboundSession {
  /** How long QUIT may take to be on its way. */
  private static final long QUIT_MILLIS = 2_000;

  // SmtpReply has the codes that RFC 5321 §4.2.1 knows.
  private static final int HIGHEST_CODE = 559;

  private final ClientConnection connection;
  private final BooleanSupplier stopping;
  private boolean letGo;

  ClientSession(ClientConnection connection, BooleanSupplier stopping) {
    this.connection = connection;
    this.stopping = stopping;
  }

  @Override
  public String peer() {
    return connection.peer().toString();
  }

  @Override
  public boolean offers(String keyword) {
    return connection.extensions().offers(keyword.toUpperCase(Locale.ROOT));
  }

  @Override
  public SmtpReply command(String line) throws IOException, InterruptedException {
    String verb = line.split(" ", 2)[0];
    Reply reply = connection.command(line, verb);
    return new SmtpReply(Math.min(reply.code(), HIGHEST_CODE), Optional.empty(), reply.lines());
  }

  @Override
  public TurnedConnection turn() throws IOException, InterruptedException {
    letGo = true;
    return connection.wire().turn(stopping);
  }

  @Override
  public void close() {
    if (!letGo) {
      letGo = true;
      connection.wire().quit().awaitUninterruptibly(QUIT_MILLIS);
    }
  }
}
