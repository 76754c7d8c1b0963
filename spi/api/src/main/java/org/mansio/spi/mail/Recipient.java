package org.mansio.spi.mail;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One recipient of an envelope with its DSN parameters (RFC 3461 §4.1, §4.2).
 *
 * @param address where the mail goes now
 * @param notifyOn the NOTIFY conditions; empty when the parameter was not given; NEVER stands alone
 * @param originalRecipient the ORCPT parameter as received ({@code rfc822;…} with its xtext), byte for byte
 * @param status what became of it, set on recipients of a mail that is about to be reported, and by the queue on those that
 *     an attempt deferred; empty otherwise
 */
public record Recipient(
    MailAddress address,
    Set<Notify> notifyOn,
    Optional<String> originalRecipient,
    Optional<RecipientStatus> status) {

  /** RFC 3461 §4.1. */
  public enum Notify {
    NEVER,
    SUCCESS,
    FAILURE,
    DELAY
  }

  /** @throws IllegalArgumentException when NEVER is combined with another condition */
  public Recipient {
    Objects.requireNonNull(address);
    Objects.requireNonNull(originalRecipient);
    Objects.requireNonNull(status);
    notifyOn = Set.copyOf(notifyOn);
    if (notifyOn.size() > 1 && notifyOn.contains(Notify.NEVER)) {
      throw new IllegalArgumentException("NOTIFY=NEVER stands alone");
    }
  }

  /** A recipient without DSN parameters. */
  public static Recipient of(MailAddress address) {
    return new Recipient(address, Set.of(), Optional.empty(), Optional.empty());
  }

  /** A recipient without DSN parameters; the text must be a valid address. */
  public static Recipient of(String address) {
    return of(MailAddress.of(address));
  }

  public Recipient withAddress(MailAddress newAddress) {
    return new Recipient(newAddress, notifyOn, originalRecipient, status);
  }

  public Recipient withStatus(RecipientStatus newStatus) {
    return new Recipient(address, notifyOn, originalRecipient, Optional.of(newStatus));
  }

  public Recipient withoutStatus() {
    return new Recipient(address, notifyOn, originalRecipient, Optional.empty());
  }

  /** The same recipient with all DSN parameters dropped, as for a mailing list (RFC 3461 §5.2.7). */
  public Recipient withoutDsnParameters() {
    return new Recipient(address, Set.of(), Optional.empty(), status);
  }

  /** The same recipient with SUCCESS taken out of NOTIFY, as for an alias with several targets (RFC 3461 §5.2.7.1). */
  public Recipient withoutSuccessNotification() {
    if (!notifyOn.contains(Notify.SUCCESS)) {
      return this;
    }
    EnumSet<Notify> rest = EnumSet.copyOf(notifyOn);
    rest.remove(Notify.SUCCESS);
    return new Recipient(
        address, rest.isEmpty() ? Set.of(Notify.NEVER) : rest, originalRecipient, status);
  }

  /** Whether the sender wants to hear of this: FAILURE when NOTIFY is absent (RFC 3461 §4.1), DELAY too by custom. */
  public boolean wants(Notify condition) {
    return notifyOn.isEmpty()
        ? condition == Notify.FAILURE || condition == Notify.DELAY
        : notifyOn.contains(condition);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
