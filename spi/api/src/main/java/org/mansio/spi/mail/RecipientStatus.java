package org.mansio.spi.mail;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one recipient, as a DSN reports it (RFC 3464 §2.3).
 *
 * @param action the RFC 3464 action
 * @param status the enhanced status, such as 5.1.1
 * @param remoteMta the host that answered, by name or address; empty when the decision was ours
 * @param diagnostic the host's reply ({@code 550 5.1.1 no such user}) or our reason; one line
 * @param at when it was decided
 */
public record RecipientStatus(
    Action action,
    EnhancedStatus status,
    Optional<String> remoteMta,
    String diagnostic,
    Instant at) {

  /** RFC 3464 §2.3.3. */
  public enum Action {
    FAILED,
    DELAYED,
    DELIVERED,
    RELAYED,
    EXPANDED
  }

  public RecipientStatus {
    Objects.requireNonNull(action);
    Objects.requireNonNull(status);
    Objects.requireNonNull(remoteMta);
    Objects.requireNonNull(at);
    diagnostic = diagnostic.replaceAll("[\\r\\n]+", " ");
  }

  /** A failure that this server decided by itself, now. */
  public static RecipientStatus failed(EnhancedStatus status, String reason) {
    return new RecipientStatus(Action.FAILED, status, Optional.empty(), reason, Instant.now());
  }
}
