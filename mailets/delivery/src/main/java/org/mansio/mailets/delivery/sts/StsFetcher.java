package org.mansio.mailets.delivery.sts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.mansio.spi.dns.DnsResolver;

/** Fetches policies from the web servers of domains (RFC 8461 §3.3). Thread-safe. */
final class StsFetcher implements AutoCloseable {
  /** RFC 8461 §3.3 suggests 64 KB. */
  static final int MAX_OCTETS = 64 * 1024;

  /** RFC 8461 §3.3 suggests a minute; a delivery waits for it once. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String PATH = "/.well-known/mta-sts.txt";

  private final HttpsGet https;
  private final Duration patience;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mta-sts").factory());

  /** Trusts whom the JDK trusts. */
  static StsFetcher of(DnsResolver dns) {
    try {
      return new StsFetcher(new HttpsGet(dns, SSLContext.getDefault(), HttpsGet.PORT), PATIENCE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  /** @param patience for a whole policy, from the look-up of the name on */
  StsFetcher(HttpsGet https, Duration patience) {
    this.https = https;
    this.patience = patience;
  }

  /** @throws StsException when there is no policy to be had */
  StsPolicy fetch(String domain) throws StsException, InterruptedException {
    Future<HttpResponse> response;
    try {
      response = threads.submit(() -> https.get("mta-sts." + domain, PATH, MAX_OCTETS, patience));
    } catch (RejectedExecutionException e) {
      throw new StsException(StsException.Kind.FETCH_ERROR, "the server is being stopped");
    }
    try {
      return policy(response.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new StsException(
          StsException.Kind.FETCH_ERROR, "no policy within " + patience.toSeconds() + " s");
    } finally {
      response.cancel(true);
    }
  }

  private static StsPolicy policy(HttpResponse response) throws StsException {
    // RFC 8461 §3.3: anything but 200 is a failure, redirections too.
    if (response.status() != HttpResponse.OK) {
      throw new StsException(
          StsException.Kind.FETCH_ERROR, "the web server says " + response.status());
    }
    String type = response.field("Content-Type").orElse("");
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

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
