package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.RecipientStatus;

/**
 * That a mail takes long, as its sender hears it once.
 *
 * @param moment that was passed; the same when it is decided again
 * @param deliverBy the time that the sender set (RFC 2852), when it is what has passed
 * @param end when the mail is given up
 */
record DelayWarning(Instant moment, Optional<Instant> deliverBy, Instant end) {
  /** RFC 2852: the delayed DSN for a deliver-by time that has passed says 4.4.7. */
  private static final EnhancedStatus PASSED = new EnhancedStatus(4, 4, 7);

  /** @param reason why it isn't delivered yet */
  RecipientStatus status(
      EnhancedStatus status, Optional<String> remoteMta, String reason, Instant now) {
    String passed =
        deliverBy.map(time -> "not delivered by " + time + ", as was asked; ").orElse("");
    EnhancedStatus told = deliverBy.isPresent() ? PASSED : status;
    return new RecipientStatus(
        RecipientStatus.Action.DELAYED, told, remoteMta, passed + reason, now);
  }
}
