package org.mansio.protocols.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;

/**
 * A mail transaction (RFC 5321 §3.3): what MAIL and RCPT said, and what has come of the message. A session is always in one,
 * if only in one that no MAIL has begun. For the session's thread only.
 */
final class MailTransaction implements AutoCloseable {
  private final @Nullable Envelope envelope;
  private final List<Recipient> recipients = new ArrayList<>();
  private boolean recipientTried;
  private int overshoot;
  private @Nullable Chunks chunks;
  private boolean chunkRefused;
  private boolean loweredPriority;
  private Attributes attributes = Attributes.none();

  private MailTransaction(@Nullable Envelope envelope) {
    this.envelope = envelope;
  }

  /** The state between two mails. */
  static MailTransaction none() {
    return new MailTransaction(null);
  }

  /** @param envelope as MAIL has it, without recipients */
  static MailTransaction of(Envelope envelope) {
    return new MailTransaction(envelope);
  }

  /** Whether there was a MAIL. */
  boolean begun() {
    return envelope != null;
  }

  /** With the recipients so far; empty outside of a transaction. */
  Optional<Envelope> envelope() {
    Envelope plain = envelope;
    return plain == null
        ? Optional.empty()
        : Optional.of(recipients.isEmpty() ? plain : plain.withRecipients(recipients));
  }

  /** The body type, as MAIL declared it. */
  BodyType body() {
    Envelope plain = envelope;
    return plain == null ? BodyType.SEVEN_BIT : plain.body();
  }

  /** Whether the mail may have addresses beyond ASCII. */
  boolean international() {
    Envelope plain = envelope;
    return plain != null && plain.smtpUtf8();
  }

  void add(Recipient recipient) {
    recipients.add(recipient);
  }

  /** Those accepted, in order, also when one stands twice: LMTP answers for each. */
  List<Recipient> recipients() {
    return recipients;
  }

  void noteRecipientTried() {
    recipientTried = true;
  }

  /** Whether there was a RCPT, accepted or not. */
  boolean recipientTried() {
    return recipientTried;
  }

  /** Counts a recipient that there was no room for. @return how many there were */
  int countOvershoot() {
    return ++overshoot;
  }

  /** The message that comes in chunks; empty until the first one. */
  Optional<Chunks> chunks() {
    return Optional.ofNullable(chunks);
  }

  /** @param begun closed by the end of the transaction */
  void setChunks(Chunks begun) {
    chunks = begun;
  }

  /** A chunk of the message was refused, so that all others are. */
  void refuseChunks() {
    chunkRefused = begun();
    close();
  }

  boolean chunkRefused() {
    return chunkRefused;
  }

  /** The mail has a lower priority than its sender asked for. */
  void noteLoweredPriority() {
    loweredPriority = true;
  }

  boolean loweredPriority() {
    return loweredPriority;
  }

  void annotate(String name, AttributeValue value) {
    attributes = attributes.with(name, value);
  }

  /** What hooks and verbs have said of this mail. */
  Attributes attributes() {
    return attributes;
  }

  /** Lets go of a message that was left unfinished. */
  @Override
  public void close() {
    Chunks begun = chunks;
    chunks = null;
    if (begun != null) {
      begun.close();
    }
  }
}
