package org.mansio.protocols.smtpclient;

import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * No session came about with this peer, so that none of the mail was offered to it. Another host for the same domain may be
 * tried.
 */
public final class ConnectFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient EnhancedStatus status;
  private final transient Optional<String> remoteMta;
  private final boolean withoutVerifiedTls;

  ConnectFailure(
      EnhancedStatus status, Optional<String> remoteMta, String diagnostic, Throwable cause) {
    super(diagnostic, cause);
    this.status = status;
    this.remoteMta = remoteMta;
    this.withoutVerifiedTls = isAboutCertificate(cause);
  }

  ConnectFailure(EnhancedStatus status, Optional<String> remoteMta, String diagnostic) {
    this(status, remoteMta, diagnostic, false);
  }

  /** @param withoutTls whether the peer lets it be known that it does no TLS */
  ConnectFailure(
      EnhancedStatus status, Optional<String> remoteMta, String diagnostic, boolean withoutTls) {
    super(diagnostic);
    this.status = status;
    this.remoteMta = remoteMta;
    this.withoutVerifiedTls = withoutTls;
  }

  private static boolean isAboutCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  /** Whether the peer said with a 5xx reply that it takes no mail. */
  public boolean permanent() {
    return status.statusClass() == 5;
  }

  /** Whether there was no connection at all, as with a host that is down. */
  public boolean unreachable() {
    return remoteMta.isEmpty();
  }

  /**
   * Whether the peer has no TLS, or no certificate that is valid for its name: what another attempt is not likely to change, as
   * opposed to a handshake that was lost.
   */
  boolean withoutVerifiedTls() {
    return withoutVerifiedTls;
  }

  /** What it means for each recipient. */
  public RecipientResult result() {
    String diagnostic = Objects.requireNonNullElse(getMessage(), "no connection");
    return permanent()
        ? new RecipientResult.Failed(status, remoteMta, diagnostic)
        : new RecipientResult.Deferred(status, remoteMta, diagnostic);
  }

  /** The same for one recipient; for use as a method reference. */
  public RecipientResult resultFor(Recipient recipient) {
    Objects.requireNonNull(recipient);
    return result();
  }
}
