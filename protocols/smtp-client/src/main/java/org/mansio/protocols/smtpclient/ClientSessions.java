package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.mansio.protocols.core.TurnedChannel;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.TurnedConnection;
import org.mansio.spi.smtp.Upstream;

/** Sessions as a client beside the deliveries of the queue. Thread-safe. */
final class ClientSessions implements OutboundSmtp {
  private static final String LOCALHOST = "localhost";
  private static final Duration MAX_CONNECT = Duration.ofSeconds(30);

  private final String hostname;
  private final DnsResolver dns;
  private final ClientTls tls;
  private final ClientLoops loops = new ClientLoops();
  private volatile boolean closed;

  ClientSessions(String hostname, DnsResolver dns, ClientTls tls) {
    this.hostname = hostname;
    this.dns = dns;
    this.tls = tls;
  }

  @Override
  public OutboundSession open(Upstream upstream) throws IOException, InterruptedException {
    ClientOptions options = options(upstream);
    IOException failure = new IOException(upstream.host() + " has no address");
    for (InetAddress address : addresses(upstream.host())) {
      Peer peer = Peer.of(upstream.host(), address, upstream.port());
      try {
        return new ClientSession(ClientConnection.open(loops, tls, peer, options), () -> closed);
      } catch (ConnectFailure e) {
        failure = new IOException(e.getMessage(), e);
      }
    }
    throw failure;
  }

  @Override
  public Transport over(TurnedConnection connection, String name)
      throws IOException, InterruptedException {
    if (!(connection instanceof TurnedChannel channel)) {
      throw new IllegalArgumentException("not a connection of this server's: " + connection.id());
    }
    ClientOptions options = ClientOptions.smtp(hostname).withTls(TlsMode.NONE, false);
    try {
      return new TurnedTransport(name, connection, ClientConnection.over(channel, options));
    } catch (ConnectFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private ClientOptions options(Upstream upstream) {
    Duration connect =
        upstream.timeout().compareTo(MAX_CONNECT) < 0 ? upstream.timeout() : MAX_CONNECT;
    TlsMode mode = switch (upstream.tls()) {
      case NONE -> TlsMode.NONE;
      case OPPORTUNISTIC -> TlsMode.OPPORTUNISTIC;
      case REQUIRED -> TlsMode.REQUIRED;
      case IMPLICIT -> TlsMode.IMPLICIT;
    };
    ClientOptions options = ClientOptions.smtp(hostname)
        .withTls(mode, upstream.verifyIdentity())
        .withTimeouts(Timeouts.STANDARD.withConnect(connect).withEach(upstream.timeout()));
    return upstream
        .login()
        .map(login -> options.withCredentials(new Credentials(login.user(), login.password())))
        .orElse(options);
  }

  private List<InetAddress> addresses(String host) throws IOException {
    // RFC 6761 §6.3: localhost is not a question for the name service.
    if (host.equalsIgnoreCase(LOCALHOST)) {
      return List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
    }
    if (host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
      return List.of(InetAddress.ofLiteral(host));
    }
    return switch (dns.addresses(host)) {
      case DnsAnswer.Found<InetAddress> found -> found.records();
      case DnsAnswer.NoData<InetAddress> none -> List.of();
      case DnsAnswer.NoSuchName<InetAddress> none ->
        throw new IOException(host + " does not exist");
      case DnsAnswer.Unknown<InetAddress> unknown ->
        throw new IOException("no address of " + host + ": " + unknown.reason());
    };
  }

  @Override
  public void close() {
    closed = true;
    loops.close();
  }
}
