package org.mansio.protocols.smtpclient;

import java.util.Locale;
import java.util.stream.Collectors;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;

/** MAIL and RCPT with the parameters that the peer offers to take. */
final class MailCommands {
  private final Envelope envelope;
  private final long size;
  private final Extensions extensions;

  MailCommands(Envelope envelope, long size, Extensions extensions) {
    this.envelope = envelope;
    this.size = size;
    this.extensions = extensions;
  }

  /** {@code MAIL FROM:<…> …}. */
  String mail() {
    StringBuilder line = new StringBuilder("MAIL FROM:").append(envelope.reversePath());
    if (extensions.size()) {
      line.append(" SIZE=").append(size);
    }
    if (extensions.eightBitMime() && envelope.body() == BodyType.EIGHT_BIT_MIME) {
      line.append(" BODY=").append(BodyType.EIGHT_BIT_MIME.keyword());
    }
    if (extensions.smtpUtf8() && (envelope.smtpUtf8() || envelope.hasInternationalAddress())) {
      line.append(" SMTPUTF8");
    }
    // RFC 3461 §5.2.1: passed on unchanged where the peer knows DSN; nothing invented, nothing sent
    // to who doesn't.
    if (extensions.dsn()) {
      envelope.returnContent().ifPresent(ret -> line.append(" RET=").append(ret.name()));
      envelope.envelopeId().ifPresent(id -> line.append(" ENVID=").append(id));
    }
    return line.toString();
  }

  /** {@code RCPT TO:<…> …}. */
  String rcpt(Recipient recipient) {
    StringBuilder line =
        new StringBuilder("RCPT TO:<").append(recipient.address()).append('>');
    if (extensions.dsn()) {
      if (!recipient.notifyOn().isEmpty()) {
        line.append(" NOTIFY=")
            .append(recipient.notifyOn().stream()
                .sorted()
                .map(condition -> condition.name().toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(",")));
      }
      // RFC 6533 §3: raw UTF-8 in ORCPT goes to a peer with SMTPUTF8 only.
      recipient
          .originalRecipient()
          .filter(orcpt -> extensions.smtpUtf8() || orcpt.chars().allMatch(c -> c < 128))
          .ifPresent(orcpt -> line.append(" ORCPT=").append(orcpt));
    }
    return line.toString();
  }
}
