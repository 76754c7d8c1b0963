package org.mansio.protocols.smtpclient;

import java.io.IOException;

/** The TLS handshake failed; the connection is closed. */
final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1L;

  TlsFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
