package org.mansio.mailets.delivery.sts;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.testkit.MapDns;

/** A web server with a policy, on loopback. */
public final class PolicyServer implements AutoCloseable {
  /** Where the policy of {@code example.org} lies. */
  public static final String HOST = "mta-sts.example.org";

  /** Where the policy of {@code example.com} lies. */
  public static final String OTHER_HOST = "mta-sts.example.com";

  private final HttpsServer server;
  private TestAuthority trusted;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String type = "text/plain";
  private volatile String body = "";
  private volatile boolean chunked;
  private volatile List<String> askedFor = List.of();

  public PolicyServer(TestAuthority authority, String... names) throws Exception {
    this.trusted = authority;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.server(names).context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> {
      requests.incrementAndGet();
      ExtendedSSLSession tls = (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
      askedFor = tls.getRequestedServerNames().stream()
          .map(name -> ((SNIHostName) name).getAsciiName())
          .toList();
      exchange.getRequestBody().readAllBytes();
      byte[] octets = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Location", "/elsewhere");
      exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : chunked ? 0 : octets.length);
      try (exchange) {
        exchange.getResponseBody().write(octets);
      } catch (IOException e) {
        // The client has had enough.
        return;
      }
    });
    server.start();
  }

  public PolicyServer says(int newStatus, String newType, String newBody) {
    status = newStatus;
    type = newType;
    body = newBody;
    return this;
  }

  /** Clients trust this authority, and not the server's own. */
  PolicyServer trustedBy(TestAuthority authority) {
    trusted = authority;
    return this;
  }

  /** Answers come in chunks from now on. */
  PolicyServer inChunks() {
    chunked = true;
    return this;
  }

  public PolicyServer policy(String mode, String mx, long maxAge) {
    return says(
        200,
        "text/plain",
        "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: " + maxAge + "\n");
  }

  public int requests() {
    return requests.get();
  }

  /** Finds this server where {@code dns} says, at its port. */
  StsFetcher fetcher(DnsResolver dns) {
    return new StsFetcher(
        new HttpsGet(dns, trusting(), server.getAddress().getPort()), StsFetcher.PATIENCE);
  }

  /** Finds this server for {@code example.org} and {@code example.com}. */
  StsFetcher fetcher() {
    String address = server.getAddress().getAddress().getHostAddress();
    return fetcher(new MapDns().address(HOST, address).address(OTHER_HOST, address));
  }

  /** The server names that the last client asked for by SNI. */
  List<String> askedFor() {
    return askedFor;
  }

  private SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted.trust().getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Policies from here. */
  public StsPolicies policies(
      org.mansio.spi.dns.DnsResolver dns,
      java.nio.file.Path folder,
      java.time.InstantSource clock) {
    return new StsPolicies(dns, new StsStore(folder), fetcher(), clock);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
