package org.mansio.mailets.delivery.sts;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.mansio.protocols.smtpclient.TestAuthority;

/** A web server with a policy, on loopback; as {@code localhost} for every domain. */
public final class PolicyServer implements AutoCloseable {
  private final HttpsServer server;
  private final TestAuthority authority;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String type = "text/plain";
  private volatile String body = "";

  public PolicyServer(TestAuthority authority, String... names) throws Exception {
    this.authority = authority;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.server(names).context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> {
      requests.incrementAndGet();
      exchange.getRequestBody().readAllBytes();
      byte[] octets = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Location", "/elsewhere");
      exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
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

  public PolicyServer policy(String mode, String mx, long maxAge) {
    return says(
        200,
        "text/plain",
        "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: " + maxAge + "\n");
  }

  public int requests() {
    return requests.get();
  }

  StsFetcher fetcher() {
    return new StsFetcher(
        domain -> URI.create(
            "https://localhost:" + server.getAddress().getPort() + "/.well-known/mta-sts.txt"),
        () -> HttpClient.newBuilder().sslContext(trusting()));
  }

  private SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, authority.trust().getTrustManagers(), null);
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
