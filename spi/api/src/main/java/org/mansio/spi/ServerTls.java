package org.mansio.spi;

import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;

/** The server's certificate and TLS settings. Thread-safe; ask again for each connection, since certificates are replaced. */
public interface ServerTls {
  /** With the certificate and key in force now. */
  SSLContext context();

  /**
   * The certificates and keys behind {@link #context}, for a context of one's own, such as one that asks clients for
   * certificates. The same object as long as they are the same.
   *
   * @throws IllegalStateException when there are none, or none apart from the context
   */
  default X509ExtendedKeyManager keyManager() {
    throw new IllegalStateException("no keys apart from the context");
  }

  /** Protocol versions offered, such as {@code TLSv1.3}; never below TLSv1.2. */
  List<String> protocols();
}
