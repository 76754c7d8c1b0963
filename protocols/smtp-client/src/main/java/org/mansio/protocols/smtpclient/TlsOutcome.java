package org.mansio.protocols.smtpclient;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** What became of TLS on a new connection. */
public sealed interface TlsOutcome {
  /** All that was asked for. @param description protocol and cipher suite, for people */
  record Protected(String description) implements TlsOutcome {}

  /** What was asked for failed; whether the connection went on without is a matter of the options. */
  record Problem(Kind kind, String detail) implements TlsOutcome {
    /** Names an exception by what lies at its bottom. */
    static Problem of(Throwable failure) {
      String detail = String.valueOf(failure.getMessage());
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        Kind kind = kindOf(cause);
        if (kind != Kind.VALIDATION_FAILURE) {
          return new Problem(kind, detail);
        }
      }
      return new Problem(Kind.VALIDATION_FAILURE, detail);
    }

    private static Kind kindOf(Throwable cause) {
      return switch (cause) {
        case PeerCertificateException own -> own.kind();
        case CertificateExpiredException expired -> Kind.CERTIFICATE_EXPIRED;
        case CertificateNotYetValidException early -> Kind.CERTIFICATE_EXPIRED;
        case CertPathValidatorException path -> kindOf(path.getReason());
        case java.security.cert.CertPathBuilderException unknown ->
          unknown.getCause() == null ? Kind.CERTIFICATE_NOT_TRUSTED : Kind.VALIDATION_FAILURE;
        // The JDK throws this very class for a name that isn't there, subclasses for all else.
        case CertificateException named
        when named.getClass() == CertificateException.class -> Kind.CERTIFICATE_HOST_MISMATCH;
        case Throwable other -> Kind.VALIDATION_FAILURE;
      };
    }

    private static Kind kindOf(CertPathValidatorException.Reason reason) {
      return reason == CertPathValidatorException.BasicReason.EXPIRED
              || reason == CertPathValidatorException.BasicReason.NOT_YET_VALID
          ? Kind.CERTIFICATE_EXPIRED
          : Kind.CERTIFICATE_NOT_TRUSTED;
    }
  }

  /** The kinds of failure that RFC 8460 §4.3.1 tells apart. */
  enum Kind {
    STARTTLS_NOT_SUPPORTED,
    CERTIFICATE_HOST_MISMATCH,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_TRUSTED,
    /** Anything else, such as a handshake that fails. */
    VALIDATION_FAILURE
  }
}
