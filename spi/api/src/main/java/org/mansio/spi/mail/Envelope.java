package org.mansio.spi.mail;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The SMTP envelope (RFC 5321 §2.3.1) with what was negotiated for the mail and has to travel on.
 *
 * @param sender the reverse-path; empty is the null reverse-path {@code <>} of notices (RFC 5321 §4.5.5)
 * @param recipients in the order received
 * @param body the declared body type
 * @param smtpUtf8 whether the SMTPUTF8 parameter was given (RFC 6531)
 * @param returnContent the RET parameter (RFC 3461 §4.3); empty when absent
 * @param envelopeId the ENVID parameter as received, xtext kept (RFC 3461 §4.4); empty when absent
 * @param parameters further MAIL parameters that extensions keep with the mail, by upper-case keyword; a parameter without
 *     a value has the empty string
 */
public record Envelope(
    Optional<MailAddress> sender,
    List<Recipient> recipients,
    BodyType body,
    boolean smtpUtf8,
    Optional<ReturnContent> returnContent,
    Optional<String> envelopeId,
    Map<String, String> parameters) {

  /** RFC 3461 §4.3: how much of the message a failure DSN returns. */
  public enum ReturnContent {
    FULL,
    HDRS
  }

  public Envelope {
    Objects.requireNonNull(sender);
    Objects.requireNonNull(body);
    Objects.requireNonNull(returnContent);
    Objects.requireNonNull(envelopeId);
    recipients = List.copyOf(recipients);
    parameters = Map.copyOf(parameters);
  }

  /** A plain envelope, without any extension's parameters. */
  public static Envelope of(Optional<MailAddress> sender, List<Recipient> recipients) {
    return new Envelope(
        sender,
        recipients,
        BodyType.EIGHT_BIT_MIME,
        false,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** A plain envelope; texts must be valid addresses, the empty sender is the null reverse-path. */
  public static Envelope of(String sender, String... recipients) {
    return of(
        sender.isEmpty() ? Optional.empty() : Optional.of(MailAddress.of(sender)),
        java.util.Arrays.stream(recipients).map(Recipient::of).toList());
  }

  public Envelope withSender(Optional<MailAddress> newSender) {
    return new Envelope(
        newSender, recipients, body, smtpUtf8, returnContent, envelopeId, parameters);
  }

  public Envelope withRecipients(List<Recipient> newRecipients) {
    return new Envelope(
        sender, newRecipients, body, smtpUtf8, returnContent, envelopeId, parameters);
  }

  public Envelope withBody(BodyType newBody) {
    return new Envelope(
        sender, recipients, newBody, smtpUtf8, returnContent, envelopeId, parameters);
  }

  public Envelope withReturnContent(ReturnContent newReturnContent) {
    return new Envelope(
        sender, recipients, body, smtpUtf8, Optional.of(newReturnContent), envelopeId, parameters);
  }

  /** With an ENVID in xtext, as it stands on the wire. */
  public Envelope withEnvelopeId(String newEnvelopeId) {
    return new Envelope(
        sender, recipients, body, smtpUtf8, returnContent, Optional.of(newEnvelopeId), parameters);
  }

  /** Whether some address can only go to a peer with SMTPUTF8. */
  public boolean hasInternationalAddress() {
    return sender.filter(MailAddress::isInternational).isPresent()
        || recipients.stream().anyMatch(r -> r.address().isInternational());
  }

  /** The reverse-path as on the wire: {@code <>} or {@code <a@b>}. */
  public String reversePath() {
    return "<" + sender.map(MailAddress::toString).orElse("") + ">";
  }
}
