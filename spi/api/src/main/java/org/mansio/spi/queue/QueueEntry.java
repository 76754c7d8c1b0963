package org.mansio.spi.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.RecipientStatus;

/**
 * One mail at rest on its way to one destination, as operators see it.
 *
 * @param lane {@code transport:destination}; empty while it is in the spool
 * @param size octets of the message
 * @param attempts made so far
 * @param nextAttempt when it is due; empty when it is ready, active or held
 * @param lastError of the last attempt, or until when its sender has it held (RFC 4865); empty when there was neither
 * @param lastStatus what the last attempt came to for the first of the recipients, with the host that answered; empty when
 *     there was none
 */
public record QueueEntry(
    MailId id,
    State state,
    Optional<MailAddress> sender,
    List<MailAddress> recipients,
    Optional<String> lane,
    long size,
    Instant arrival,
    int attempts,
    Optional<Instant> nextAttempt,
    Optional<String> lastError,
    Optional<RecipientStatus> lastStatus) {

  /** Where it rests. */
  public enum State {
    /** Waits for the chain, or for something the chain needs. */
    SPOOL,
    /** Due, waits for its lane. */
    READY,
    /** An attempt is under way. */
    ACTIVE,
    /** Waits for its next attempt. */
    DEFERRED,
    /** Waits for its destination to ask for it. */
    WAITING,
    /** Kept by an operator. */
    HELD
  }

  public QueueEntry {
    recipients = List.copyOf(recipients);
  }
}
