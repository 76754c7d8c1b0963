package org.mansio.queue.outgoing;

import java.time.Instant;
import java.util.Optional;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

/**
 * What a mail's envelope says about the time of its delivery.
 *
 * @param sinceNanos from when its age counts, in {@link EpochNanos}: its arrival, or its release where that is later (RFC
 *     4865)
 * @param hasRelease whether this is a release, before which nothing is delivered
 * @param deliverBy the time that the sender set (RFC 2852)
 * @param warns whether anybody wants to hear of a delay
 * @param priority -9 to 9, higher goes first (RFC 6710)
 */
record Terms(
    long sinceNanos,
    boolean hasRelease,
    Optional<DeliverBy> deliverBy,
    boolean warns,
    byte priority) {
  static Terms of(SpooledMail mail) {
    Envelope envelope = mail.envelope();
    Optional<Instant> release = envelope.holdUntil().filter(time -> time.isAfter(mail.arrival()));
    return new Terms(
        EpochNanos.of(release.orElse(mail.arrival())),
        release.isPresent(),
        envelope.deliverBy(),
        // RFC 5321 §6.1: no notice about a mail with a null reverse-path.
        envelope.sender().isPresent() && envelope.recipients().stream().anyMatch(Terms::wantsDelay),
        (byte) envelope.priority());
  }

  /** RFC 3461 §4.1: with NOTIFY but without DELAY in it, no warning under any conditions. */
  static boolean wantsDelay(Recipient recipient) {
    return recipient.wants(Recipient.Notify.DELAY);
  }

  Instant since() {
    return EpochNanos.instant(sinceNanos);
  }

  /** Whether the mail may be delivered by now (RFC 4865). */
  boolean isReleased(Instant now) {
    return !hasRelease || sinceNanos <= EpochNanos.of(now);
  }

  /** When the mail goes back if it isn't delivered by then (RFC 2852, mode R). */
  Optional<Instant> returnAt() {
    return deliverBy.filter(by -> by.mode() == DeliverBy.Mode.RETURN).map(DeliverBy::deadline);
  }

  /** When the sender hears of it if it isn't delivered by then (RFC 2852, mode N). */
  Optional<Instant> notifyAt() {
    return deliverBy.filter(by -> by.mode() == DeliverBy.Mode.NOTIFY).map(DeliverBy::deadline);
  }

  /** Whether it is too late to deliver the mail, as its sender sees it. */
  boolean isReturned(Instant now) {
    return returnAt().filter(time -> !now.isBefore(time)).isPresent();
  }
}
