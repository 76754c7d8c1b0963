package org.mansio.mailets.delivery.tlsreport;

import java.util.Locale;
import java.util.Objects;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.TlsOutcome;

/**
 * How TLS failed (RFC 8460 §4.4, failure-details). Immutable.
 *
 * @param host the receiving MX host; empty when it didn't come to that
 * @param address its IP address; empty likewise
 * @param reason for people
 */
public record FailureDetail(Type type, String host, String address, String reason) {
  /** Octets of a reason that are kept, so that texts from peers can't fill the memory. */
  private static final int MAX_REASON = 200;

  /** RFC 8460 §4.3. */
  public enum Type {
    STARTTLS_NOT_SUPPORTED,
    CERTIFICATE_HOST_MISMATCH,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_TRUSTED,
    VALIDATION_FAILURE,
    TLSA_INVALID,
    DNSSEC_INVALID,
    STS_POLICY_FETCH_ERROR,
    STS_POLICY_INVALID,
    STS_WEBPKI_INVALID;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public FailureDetail {
    Objects.requireNonNull(type);
    Objects.requireNonNull(host);
    Objects.requireNonNull(address);
    reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
  }

  public static FailureDetail of(Type type, String reason) {
    return new FailureDetail(type, "", "", reason);
  }

  /** What a connection met. */
  public static FailureDetail of(TlsOutcome.Problem problem) {
    Type type = switch (problem.kind()) {
      case STARTTLS_NOT_SUPPORTED -> Type.STARTTLS_NOT_SUPPORTED;
      case CERTIFICATE_HOST_MISMATCH -> Type.CERTIFICATE_HOST_MISMATCH;
      case CERTIFICATE_EXPIRED -> Type.CERTIFICATE_EXPIRED;
      case CERTIFICATE_NOT_TRUSTED -> Type.CERTIFICATE_NOT_TRUSTED;
      case VALIDATION_FAILURE -> Type.VALIDATION_FAILURE;
    };
    return of(type, problem.detail());
  }

  public FailureDetail at(Peer peer) {
    return new FailureDetail(
        type, peer.name(), peer.address().getAddress().getHostAddress(), reason);
  }
}
