package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.protocols.smtpclient.conversion.Conversion;
import org.mansio.protocols.smtpclient.conversion.OctetFacts;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * How a mail may go to a peer that offers these extensions, if at all. What the peer can't take is refused here, before
 * anything is sent: by us, so that the results name no remote host.
 */
final class Fitness {
  /** RFC 3463 §3.4: message too big for system. */
  private static final EnhancedStatus TOO_BIG = EnhancedStatus.parse("5.3.4");

  /** RFC 3463 §3.7: conversion required but not supported. */
  private static final EnhancedStatus NEEDS_CONVERSION = EnhancedStatus.parse("5.6.3");

  /** RFC 6531 §3.5, registered by RFC 5248: non-ASCII addresses not permitted. */
  private static final EnhancedStatus NEEDS_UTF8 = EnhancedStatus.parse("5.6.7");

  /** RFC 3463 §3.5: delivery time expired. */
  private static final EnhancedStatus NEEDS_DELIVER_BY = EnhancedStatus.parse("5.4.7");

  /** RFC 8689 §4.2.1: REQUIRETLS support required. */
  private static final EnhancedStatus NEEDS_REQUIRE_TLS = EnhancedStatus.parse("5.7.30");

  private final Peer peer;
  private final Protocol protocol;
  private final Extensions extensions;

  /** The form that the octets of a message get. */
  private sealed interface Form {
    record Of(Content content, BodyType body) implements Form {}

    record None(String reason) implements Form {}
  }

  Fitness(Peer peer, Protocol protocol, Extensions extensions) {
    this.peer = peer;
    this.protocol = protocol;
    this.extensions = extensions;
  }

  /** @throws IOException when the content can't be read */
  Fit judge(Envelope envelope, OutgoingMessage message, Instant now) throws IOException {
    Optional<RecipientResult.Failed> obstacle = requiredTls(envelope);
    if (obstacle.isEmpty()) {
      obstacle = deliverBy(envelope, now);
    }
    if (obstacle.isPresent()) {
      return nobody(envelope, message, obstacle.get());
    }
    // RFC 6531 §3.6: the parameter received makes no message international, what stands in it does.
    boolean fields = envelope.smtpUtf8() && message.hasInternationalFields();
    List<Recipient> refused = refusedWithoutUtf8(envelope, fields);
    if (refused.size() == envelope.recipients().size()) {
      return nobody(envelope, message, needsUtf8());
    }
    boolean smtpUtf8 = extensions.smtpUtf8() && (fields || envelope.hasInternationalAddress());
    return switch (form(message)) {
      case Form.None none -> nobody(envelope, message, failed(NEEDS_CONVERSION, none.reason()));
      case Form.Of form ->
        isTooBig(form.content())
            ? nobody(envelope, message, tooBig(form.content()))
            : new Fit(form.content(), form.body(), smtpUtf8, all(refused, needsUtf8()));
    };
  }

  /** RFC 6531 §3.2: there is no conversion in transit; who needs the extension fails where it isn't offered. */
  private List<Recipient> refusedWithoutUtf8(Envelope envelope, boolean fields) {
    if (extensions.smtpUtf8()) {
      return List.of();
    }
    boolean whole =
        fields || envelope.sender().filter(MailAddress::isInternational).isPresent();
    return envelope.recipients().stream()
        .filter(recipient -> whole || recipient.address().isInternational())
        .toList();
  }

  private RecipientResult.Failed needsUtf8() {
    return failed(NEEDS_UTF8, peer.name() + " takes no internationalised mail (SMTPUTF8)");
  }

  // RFC 8689 §4.2.1. Over LMTP the mail is delivered, by a connection of the operator's own.
  private Optional<RecipientResult.Failed> requiredTls(Envelope envelope) {
    return ClientOptions.demandsVerifiedTls(envelope)
            && protocol == Protocol.SMTP
            && !extensions.requireTls()
        ? Optional.of(
            failed(NEEDS_REQUIRE_TLS, peer.name() + " doesn't promise TLS onward (REQUIRETLS)"))
        : Optional.empty();
  }

  // RFC 2852 §4: by-mode R is only for hosts that keep the time; N asks for no more than that it be
  // passed on. Over LMTP the mail is delivered.
  private Optional<RecipientResult.Failed> deliverBy(Envelope envelope, Instant now) {
    Optional<DeliverBy> wish = envelope.deliverBy();
    if (wish.isEmpty() || wish.get().mode() != DeliverBy.Mode.RETURN || protocol == Protocol.LMTP) {
      return Optional.empty();
    }
    long left = wish.get().secondsLeft(now);
    if (left <= 0) {
      return Optional.of(failed(NEEDS_DELIVER_BY, "the time to deliver by is over"));
    }
    if (!extensions.deliverBy()) {
      return Optional.of(
          failed(NEEDS_DELIVER_BY, peer.name() + " doesn't keep a time to deliver by (DELIVERBY)"));
    }
    // RFC 2852 §3: the least by-time that it accepts with R.
    long least = extensions.leastDeliverBy().orElse(1);
    return left < least
        ? Optional.of(failed(
            NEEDS_DELIVER_BY,
            "there are " + left + " s left to deliver by, " + peer.name() + " takes no less than "
                + least))
        : Optional.empty();
  }

  private Form form(OutgoingMessage message) throws IOException {
    boolean binary = message.declared() == BodyType.BINARY_MIME;
    if (binary && extensions.binaryMime()) {
      return new Form.Of(message.content(), BodyType.BINARY_MIME);
    }
    OctetFacts facts = message.facts();
    BodyType most = extensions.eightBitMime() ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT;
    // RFC 2045 §2.7, §2.8: a NUL is for binary only. A host that drops it may find a lone dot
    // behind
    // it.
    boolean must = facts.eightBit() && most == BodyType.SEVEN_BIT
        || binary && facts.bareLineEnd()
        || facts.nul();
    // RFC 5321 §4.5.3.1.6: hosts may cut such lines, or refuse them.
    boolean should = facts.longLine();
    if (!must && !should) {
      return asItIs(message, facts, most);
    }
    if (extensions.binaryMime() && !facts.bareLineEnd()) {
      // Nothing is too much for BDAT, and a signature over the octets stays good.
      return new Form.Of(message.content(), BodyType.BINARY_MIME);
    }
    return switch (message.convertedTo(most)) {
      case Conversion.Converted converted ->
        new Form.Of(converted.content(), facts.eightBit() ? most : BodyType.SEVEN_BIT);
      // RFC 6152 §3 and RFC 3030 §3: converted, or returned.
      case Conversion.Impossible impossible ->
        must
            ? new Form.None(peer.name() + " takes this message only converted, which it can't be: "
                + impossible.reason())
            : asItIs(message, facts, most);
    };
  }

  private static Form asItIs(OutgoingMessage message, OctetFacts facts, BodyType most) {
    boolean eightBit = facts.eightBit() || message.declared() == BodyType.EIGHT_BIT_MIME;
    return new Form.Of(message.content(), eightBit ? most : BodyType.SEVEN_BIT);
  }

  private boolean isTooBig(Content content) {
    return extensions.maxSize().isPresent()
        && content.size() > extensions.maxSize().getAsLong();
  }

  private RecipientResult.Failed tooBig(Content content) {
    return failed(
        TOO_BIG,
        "the message has " + content.size() + " octets, " + peer.name() + " takes "
            + extensions.maxSize().orElse(0));
  }

  private static Fit nobody(
      Envelope envelope, OutgoingMessage message, RecipientResult.Failed failure) {
    return new Fit(
        message.content(), message.declared(), false, all(envelope.recipients(), failure));
  }

  private static Map<Recipient, RecipientResult> all(
      List<Recipient> recipients, RecipientResult.Failed failure) {
    Map<Recipient, RecipientResult> failures = new LinkedHashMap<>();
    recipients.forEach(recipient -> failures.put(recipient, failure));
    return failures;
  }

  private static RecipientResult.Failed failed(EnhancedStatus status, String reason) {
    return new RecipientResult.Failed(status, Optional.empty(), reason);
  }
}
