package org.mansio.spi.queue;

import java.time.Instant;
import java.util.Objects;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;

/**
 * A mail at rest in the spool: all that has to survive a crash. Immutable.
 *
 * @param processor the processor of the chain that it enters next
 * @param position the mailet in it, counting from 0, where it goes on; 0 for a mail that enters
 * @param attempts how often it has waited at this position for something temporary
 */
public record SpooledMail(
    MailId id,
    Envelope envelope,
    Content content,
    Attributes attributes,
    Origin origin,
    Instant arrival,
    String processor,
    int position,
    int attempts) {

  /** Where every mail enters the chain. */
  public static final String ROOT = "root";

  /** @throws IllegalArgumentException when position or attempts are negative */
  public SpooledMail {
    Objects.requireNonNull(id);
    Objects.requireNonNull(envelope);
    Objects.requireNonNull(content);
    Objects.requireNonNull(attributes);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(arrival);
    Objects.requireNonNull(processor);
    if (position < 0 || attempts < 0) {
      throw new IllegalArgumentException(
          "position and attempts can't be negative: " + position + ", " + attempts);
    }
  }

  /** A mail that enters the chain now, under a fresh id. */
  public static SpooledMail arriving(Envelope envelope, Content content, Origin origin) {
    return arriving(MailId.next(), envelope, content, origin);
  }

  /** A mail that enters the chain now, under an id that its Received header has already. */
  public static SpooledMail arriving(MailId id, Envelope envelope, Content content, Origin origin) {
    return new SpooledMail(
        id, envelope, content, Attributes.none(), origin, Instant.now(), ROOT, 0, 0);
  }

  public SpooledMail withId(MailId newId) {
    return new SpooledMail(
        newId, envelope, content, attributes, origin, arrival, processor, position, attempts);
  }

  public SpooledMail withEnvelope(Envelope newEnvelope) {
    return new SpooledMail(
        id, newEnvelope, content, attributes, origin, arrival, processor, position, attempts);
  }

  public SpooledMail withContent(Content newContent) {
    return new SpooledMail(
        id, envelope, newContent, attributes, origin, arrival, processor, position, attempts);
  }

  public SpooledMail withAttributes(Attributes newAttributes) {
    return new SpooledMail(
        id, envelope, content, newAttributes, origin, arrival, processor, position, attempts);
  }

  /** The same mail at the start of a processor. */
  public SpooledMail inProcessor(String newProcessor) {
    return at(newProcessor, 0, 0);
  }

  /** The same mail at a place in the chain. */
  public SpooledMail at(String newProcessor, int newPosition, int newAttempts) {
    return new SpooledMail(
        id, envelope, content, attributes, origin, arrival, newProcessor, newPosition, newAttempts);
  }
}
