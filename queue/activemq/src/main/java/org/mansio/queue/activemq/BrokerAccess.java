package org.mansio.queue.activemq;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an external broker is reached. A password never shows in its text.
 *
 * @param url of the broker, {@code tcp:}, {@code ssl:} or {@code failover:(…)} of several
 * @param user empty when the broker asks for none
 * @param password see {@link Secret}
 * @param trust a file with the certificates that the broker's must descend from, PEM or PKCS#12; empty for the JDK's own
 * @param trustPassword of a PKCS#12 file; empty for PEM
 * @param key a PKCS#12 file with the certificate that this server shows, and its key; empty for none
 * @param keyPassword of that file
 */
record BrokerAccess(
    String url,
    Optional<String> user,
    Secret password,
    Optional<Path> trust,
    Optional<String> trustPassword,
    Optional<Path> key,
    Optional<String> keyPassword) {

  /**
   * A password from the configuration or from a file, which is read at each connection, so that it may change.
   *
   * @param text itself; empty when it is in a file, or there is none
   * @param file whose first line it is
   */
  record Secret(Optional<String> text, Optional<Path> file) {
    @Override
    public String toString() {
      return file.map(Path::toString).orElse("…");
    }
  }

  @Override
  public String toString() {
    // The query of a URL may hold passwords too.
    return url.replaceFirst("\\?.*", "");
  }
}
