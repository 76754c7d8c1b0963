package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * Whether a mail may go to a peer that offers these extensions. What the peer can't take is refused here, before anything
 * is sent: by us, so that the results name no remote host.
 */
final class Fitness {
  /** RFC 3463 §3.4: message too big for system. */
  private static final EnhancedStatus TOO_BIG = EnhancedStatus.parse("5.3.4");

  /** RFC 3463 §3.7: conversion required but not supported. */
  private static final EnhancedStatus NEEDS_CONVERSION = EnhancedStatus.parse("5.6.3");

  /** RFC 6531 §3.5, registered by RFC 5248: non-ASCII addresses not permitted. */
  private static final EnhancedStatus NEEDS_UTF8 = EnhancedStatus.parse("5.6.7");

  private static final int BLOCK = 64 * 1024;

  private final Peer peer;
  private final Extensions extensions;

  Fitness(Peer peer, Extensions extensions) {
    this.peer = peer;
    this.extensions = extensions;
  }

  /**
   * Failures by recipient; who isn't named may go.
   *
   * @throws IOException when the content had to be read and couldn't be
   */
  Map<Recipient, RecipientResult> failures(Envelope envelope, Content content) throws IOException {
    if (extensions.maxSize().isPresent()
        && content.size() > extensions.maxSize().getAsLong()) {
      return all(
          envelope.recipients(),
          TOO_BIG,
          "the message has " + content.size() + " octets, " + peer.name() + " takes "
              + extensions.maxSize().getAsLong());
    }
    if (envelope.body() == BodyType.BINARY_MIME) {
      return all(
          envelope.recipients(),
          NEEDS_CONVERSION,
          "the message is binary, which can't be passed on to " + peer.name());
    }
    if (!extensions.eightBitMime() && hasEightBit(content)) {
      // RFC 6152 §3: without 8BITMIME the message is converted or returned.
      return all(
          envelope.recipients(),
          NEEDS_CONVERSION,
          peer.name() + " takes no 8-bit messages (8BITMIME)");
    }
    return extensions.smtpUtf8() ? Map.of() : international(envelope, content);
  }

  private Map<Recipient, RecipientResult> international(Envelope envelope, Content content)
      throws IOException {
    String reason = peer.name() + " takes no internationalised mail (SMTPUTF8)";
    boolean whole = envelope.sender().filter(MailAddress::isInternational).isPresent()
        || envelope.smtpUtf8() && hasInternationalHeader(content);
    List<Recipient> refused = whole
        ? envelope.recipients()
        : envelope.recipients().stream()
            .filter(r -> r.address().isInternational())
            .toList();
    return all(refused, NEEDS_UTF8, reason);
  }

  private static Map<Recipient, RecipientResult> all(
      List<Recipient> recipients, EnhancedStatus status, String reason) {
    Map<Recipient, RecipientResult> failures = new LinkedHashMap<>();
    recipients.forEach(recipient ->
        failures.put(recipient, new RecipientResult.Failed(status, Optional.empty(), reason)));
    return failures;
  }

  /** The parameter alone makes no message international (RFC 6531 §3.6 is about what stands in it). */
  private static boolean hasInternationalHeader(Content content) throws IOException {
    return Message.of(content).headers().fields().stream()
        .map(HeaderField::raw)
        .anyMatch(raw -> raw.chars().anyMatch(c -> c > 127));
  }

  private static boolean hasEightBit(Content content) throws IOException {
    Optional<byte[]> memory = content.inMemory();
    if (memory.isPresent()) {
      return hasEightBit(memory.get(), memory.get().length);
    }
    byte[] block = new byte[BLOCK];
    try (InputStream in = content.open()) {
      for (int length = in.read(block); length >= 0; length = in.read(block)) {
        if (hasEightBit(block, length)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean hasEightBit(byte[] octets, int length) {
    int bits = 0;
    for (int i = 0; i < length; i++) {
      bits |= octets[i];
    }
    return bits < 0;
  }
}
