package org.mansio.protocols.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.mansio.protocols.core.ProtocolServer;
import org.mansio.protocols.core.TurnedChannel;
import org.mansio.spi.listener.TurnableListener;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.TurnedConnection;

/** A listener of one of the services. */
final class SmtpListener implements TurnableListener {
  private final String name;
  private final SmtpService service;
  private final ProtocolServer server;
  private final SmtpProtocol sessions;

  SmtpListener(String name, SmtpService service, ProtocolServer server, SmtpProtocol sessions) {
    this.name = name;
    this.service = service;
    this.server = server;
    this.sessions = sessions;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String protocol() {
    return service.protocol();
  }

  @Override
  public void start() throws IOException {
    server.start();
  }

  @Override
  public void stop(Duration grace) {
    server.stop(grace);
  }

  @Override
  public List<InetSocketAddress> configuredAddresses() {
    return server.configuredAddresses();
  }

  @Override
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  @Override
  public long serve(TurnedConnection connection) throws InterruptedException {
    if (!(connection instanceof TurnedChannel channel)) {
      throw new IllegalArgumentException("not a connection of this server's: " + connection.id());
    }
    AtomicLong mails = new AtomicLong();
    server.serve(channel, session -> sessions.serve(session, mails::set));
    return mails.get();
  }

  @Override
  public int connections() {
    return server.connections();
  }
}
