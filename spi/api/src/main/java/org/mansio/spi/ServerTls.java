package org.mansio.spi;

import java.util.List;
import javax.net.ssl.SSLContext;

/** The server's certificate and TLS settings. Thread-safe; ask again for each connection, since certificates are replaced. */
public interface ServerTls {
  /** With the certificate and key in force now. */
  SSLContext context();

  /** Protocol versions offered, such as {@code TLSv1.3}; never below TLSv1.2. */
  List<String> protocols();
}
