package org.mansio.protocols.sasl.oauth;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a key set: so many octets, within so much time in all, from exactly this address.
 *
 * @param limit octets
 */
record KeyDownload(Duration timeout, int limit) implements ResourceRetriever {
  private static final int OK = 200;

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    // A client for each: keys are fetched once in an hour, and a client keeps a thread.
    HttpClient client = HttpClient.newBuilder()
        .connectTimeout(timeout)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
    try {
      CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
          HttpRequest.newBuilder(url.toURI())
              .header("Accept", "application/jwk-set+json, application/json")
              .timeout(timeout)
              .build(),
          BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), limit));
      // The request's own time-out ends with the headers.
      HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw new IOException(url + " answers " + response.statusCode());
      }
      return new Resource(
          response.body(), response.headers().firstValue("Content-Type").orElse(null));
    } catch (URISyntaxException e) {
      throw new IOException(url + " isn't a URL", e);
    } catch (TimeoutException e) {
      throw new IOException(url + " doesn't answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(url + " can't be fetched: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while fetching " + url, e);
    } finally {
      client.shutdownNow();
    }
  }

  static URL url(URI uri) {
    try {
      return uri.toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalArgumentException("not a URL: " + uri, e);
    }
  }
}
