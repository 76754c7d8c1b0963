package org.mansio.protocols.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.mansio.protocols.core.ProtocolServer;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.smtp.SmtpService;

/** A listener of one of the three services. */
final class SmtpListener implements Listener {
  private final String name;
  private final SmtpService service;
  private final ProtocolServer server;

  SmtpListener(String name, SmtpService service, ProtocolServer server) {
    this.name = name;
    this.service = service;
    this.server = server;
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
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  @Override
  public int connections() {
    return server.connections();
  }
}
