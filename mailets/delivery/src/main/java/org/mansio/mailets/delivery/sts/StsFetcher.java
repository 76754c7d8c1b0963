package org.mansio.mailets.delivery.sts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches policies from the web servers of domains (RFC 8461 §3.3). Their names are looked up by the operating system.
 * Thread-safe; opens nothing before the first use.
 */
final class StsFetcher implements AutoCloseable {
  /** RFC 8461 §3.3 suggests 64 KB. */
  static final int MAX_OCTETS = 64 * 1024;

  /** RFC 8461 §3.3 suggests a minute; a delivery waits for it once. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;

  private final Function<String, URI> address;
  private final Supplier<HttpClient.Builder> builder;
  private @Nullable HttpClient client;

  StsFetcher() {
    this(
        domain -> URI.create("https://mta-sts." + domain + "/.well-known/mta-sts.txt"),
        HttpClient::newBuilder);
  }

  /** @param address of a domain's policy */
  StsFetcher(Function<String, URI> address, Supplier<HttpClient.Builder> builder) {
    this.address = address;
    this.builder = builder;
  }

  /** @throws StsException when there is no policy to be had */
  StsPolicy fetch(String domain) throws StsException, InterruptedException {
    HttpRequest request = request(domain);
    // The request's own time-out ends with the headers of the response.
    CompletableFuture<HttpResponse<byte[]>> response =
        client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_OCTETS));
    try {
      return policy(response.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new StsException(
          StsException.Kind.FETCH_ERROR, "no policy within " + PATIENCE.toSeconds() + " s");
    } finally {
      response.cancel(true);
    }
  }

  private HttpRequest request(String domain) throws StsException {
    try {
      return HttpRequest.newBuilder(address.apply(domain))
          .timeout(PATIENCE)
          .header("Accept", "text/plain")
          .GET()
          .build();
    } catch (IllegalArgumentException e) {
      // Names in the DNS may hold what names of web servers mustn't, such as an underscore.
      throw new StsException(
          StsException.Kind.FETCH_ERROR, "mta-sts." + domain + " can't be a web server's name");
    }
  }

  private static StsPolicy policy(HttpResponse<byte[]> response) throws StsException {
    // RFC 8461 §3.3: anything but 200 is a failure, redirections too.
    if (response.statusCode() != OK) {
      throw new StsException(
          StsException.Kind.FETCH_ERROR, "the web server says " + response.statusCode());
    }
    String type = response.headers().firstValue("Content-Type").orElse("");
    // RFC 8461 §3.2: text/plain, so that no user can place a policy among the pages of the site.
    if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("text/plain")) {
      throw new StsException(StsException.Kind.INVALID, "the policy isn't text/plain");
    }
    return StsPolicy.parse(new String(response.body(), StandardCharsets.UTF_8));
  }

  private static StsException failure(Throwable cause) {
    String message =
        Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return new StsException(StsException.Kind.WEBPKI_INVALID, message);
      }
    }
    return new StsException(
        StsException.Kind.FETCH_ERROR,
        cause instanceof IOException ? message : cause.getClass().getSimpleName() + ": " + message);
  }

  private synchronized HttpClient client() {
    if (client == null) {
      client = builder
          .get()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_PATIENCE)
          .executor(task -> Thread.ofVirtual().name("mta-sts").start(task))
          .build();
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
      client = null;
    }
  }
}
