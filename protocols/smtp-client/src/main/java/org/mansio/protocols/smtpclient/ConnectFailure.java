package org.mansio.protocols.smtpclient;

import java.util.Objects;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * No session came about with this peer, so that none of the mail was offered to it. Another address may be tried, unless
 * the peer's answer was {@link #permanent}.
 */
public final class ConnectFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient EnhancedStatus status;
  private final transient Optional<String> remoteMta;

  ConnectFailure(
      EnhancedStatus status, Optional<String> remoteMta, String diagnostic, Throwable cause) {
    super(diagnostic, cause);
    this.status = status;
    this.remoteMta = remoteMta;
  }

  ConnectFailure(EnhancedStatus status, Optional<String> remoteMta, String diagnostic) {
    super(diagnostic);
    this.status = status;
    this.remoteMta = remoteMta;
  }

  /** Whether the peer said with a 5xx reply that it takes no mail. */
  public boolean permanent() {
    return status.statusClass() == 5;
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
