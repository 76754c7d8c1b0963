package org.mansio.spi.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
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
 *     a value has the empty string. Those that this type has a method for are kept in a form of its own, not as received; what
 *     that method can't read counts as not given
 */
public record Envelope(
    Optional<MailAddress> sender,
    List<Recipient> recipients,
    BodyType body,
    boolean smtpUtf8,
    Optional<ReturnContent> returnContent,
    Optional<String> envelopeId,
    Map<String, String> parameters) {

  /** The parameter of {@link #deliverBy}. */
  public static final String BY = "BY";

  /** The parameter of {@link #holdUntil}: HOLDFOR, too, becomes a point in time. */
  public static final String HOLD_UNTIL = "HOLDUNTIL";

  /** The parameter of {@link #priority}. */
  public static final String MT_PRIORITY = "MT-PRIORITY";

  /** The parameter of {@link #requiresTls}; without a value. */
  public static final String REQUIRE_TLS = "REQUIRETLS";

  /** Stands for the message's own {@code TLS-Required: No}; without a value, never on the wire. */
  public static final String TLS_NOT_REQUIRED = "TLS-REQUIRED";

  private static final int MAX_PRIORITY = 9;

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

  public Envelope withSmtpUtf8(boolean newSmtpUtf8) {
    return new Envelope(
        sender, recipients, body, newSmtpUtf8, returnContent, envelopeId, parameters);
  }

  /** With a parameter; one of that keyword is replaced. */
  public Envelope withParameter(String keyword, String value) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.put(keyword, value);
    return new Envelope(sender, recipients, body, smtpUtf8, returnContent, envelopeId, all);
  }

  public Envelope withoutParameter(String keyword) {
    Map<String, String> rest = new LinkedHashMap<>(parameters);
    rest.remove(keyword);
    return new Envelope(sender, recipients, body, smtpUtf8, returnContent, envelopeId, rest);
  }

  /** Until when to deliver (RFC 2852); empty when the sender didn't say. */
  public Optional<DeliverBy> deliverBy() {
    return Optional.ofNullable(parameters.get(BY)).flatMap(DeliverBy::parse);
  }

  public Envelope withDeliverBy(DeliverBy deliverBy) {
    return withParameter(BY, deliverBy.kept());
  }

  /** Before when no delivery is tried (RFC 4865), in whole seconds; empty when the sender didn't say. */
  public Optional<Instant> holdUntil() {
    try {
      return Optional.ofNullable(parameters.get(HOLD_UNTIL))
          .map(Long::parseLong)
          .map(Instant::ofEpochSecond);
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  public Envelope withHoldUntil(Instant time) {
    return withParameter(HOLD_UNTIL, Long.toString(time.getEpochSecond()));
  }

  /** The transfer priority (RFC 6710): -9 to 9, higher goes first, 0 when the sender didn't say. */
  public int priority() {
    try {
      int priority = Integer.parseInt(parameters.getOrDefault(MT_PRIORITY, "0"));
      return priority < -MAX_PRIORITY || priority > MAX_PRIORITY ? 0 : priority;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * With a transfer priority.
   *
   * @throws IllegalArgumentException when it isn't -9 to 9
   */
  public Envelope withPriority(int priority) {
    if (Math.abs(priority) > MAX_PRIORITY) {
      throw new IllegalArgumentException("not a transfer priority: " + priority);
    }
    return withParameter(MT_PRIORITY, Integer.toString(priority));
  }

  /** Whether every hop must be under verified TLS (RFC 8689 §2). */
  public boolean requiresTls() {
    return parameters.containsKey(REQUIRE_TLS);
  }

  /** Whether the message says {@code TLS-Required: No} (RFC 8689 §5), so that policies demanding TLS are passed over. */
  public boolean toleratesNoTls() {
    return !requiresTls() && parameters.containsKey(TLS_NOT_REQUIRED);
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
