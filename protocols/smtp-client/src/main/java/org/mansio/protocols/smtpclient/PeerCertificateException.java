package org.mansio.protocols.smtpclient;

import java.security.cert.CertificateException;

/** A peer's certificate doesn't prove what it should. */
final class PeerCertificateException extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final TlsOutcome.Kind kind;

  PeerCertificateException(TlsOutcome.Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  TlsOutcome.Kind kind() {
    return kind;
  }
}
