package org.mansio.protocols.smtpclient;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;

/** MAIL and RCPT with the parameters that the peer offers to take, and no other. */
final class MailCommands {
  private static final String AUTH = "AUTH";
  private static final String SOLICIT = "SOLICIT";

  /** RFC 2852 §4: nine digits. */
  private static final long MAX_BY_SECONDS = 999_999_999;

  private final Envelope envelope;
  private final Fit fit;
  private final Extensions extensions;
  private final Instant now;

  MailCommands(Envelope envelope, Fit fit, Extensions extensions, Instant now) {
    this.envelope = envelope;
    this.fit = fit;
    this.extensions = extensions;
    this.now = now;
  }

  /** {@code MAIL FROM:<…> …}. */
  String mail() {
    StringBuilder line = new StringBuilder("MAIL FROM:").append(envelope.reversePath());
    if (extensions.size()) {
      line.append(" SIZE=").append(fit.content().size());
    }
    if (fit.body() != BodyType.SEVEN_BIT) {
      line.append(" BODY=").append(fit.body().keyword());
    }
    if (fit.smtpUtf8()) {
      line.append(" SMTPUTF8");
    }
    // RFC 3461 §5.2.1: passed on unchanged where the peer knows DSN; nothing invented, nothing sent
    // to who doesn't.
    if (extensions.dsn()) {
      envelope.returnContent().ifPresent(ret -> line.append(" RET=").append(ret.name()));
      envelope.envelopeId().ifPresent(id -> line.append(" ENVID=").append(id));
    }
    if (extensions.deliverBy()) {
      envelope.deliverBy().ifPresent(wish -> line.append(" BY=").append(by(wish)));
    }
    if (extensions.requireTls() && envelope.requiresTls()) {
      line.append(" REQUIRETLS");
    }
    // RFC 6710 §5: as it was received. A peer with fewer levels maps it to its own, and keeps the
    // original for the hosts behind it.
    passOn(extensions.priority(), Envelope.MT_PRIORITY, line);
    passOn(extensions.auth(), AUTH, line);
    passOn(extensions.noSoliciting(), SOLICIT, line);
    return line.toString();
  }

  private void passOn(boolean offered, String keyword, StringBuilder line) {
    String value = envelope.parameters().get(keyword);
    if (offered && value != null) {
      line.append(' ').append(keyword).append('=').append(value);
    }
  }

  /** RFC 2852 §4: what is left of the time as the mail leaves; with N it may be over. */
  private String by(DeliverBy wish) {
    long left = Math.clamp(wish.secondsLeft(now), -MAX_BY_SECONDS, MAX_BY_SECONDS);
    return left + ";" + wish.modeLetter() + (wish.trace() ? "T" : "");
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
      originalRecipient(recipient).ifPresent(orcpt -> line.append(" ORCPT=").append(orcpt));
    }
    return line.toString();
  }

  /** RFC 6533 §3: raw UTF-8 is for commands of mail with SMTPUTF8; elsewhere each character is written as {@code \x{…}}. */
  private Optional<String> originalRecipient(Recipient recipient) {
    return recipient.originalRecipient().map(orcpt -> fit.smtpUtf8() ? orcpt : ascii(orcpt));
  }

  private static String ascii(String orcpt) {
    StringBuilder text = new StringBuilder();
    orcpt.codePoints().forEach(c -> {
      if (c < 128) {
        text.append((char) c);
      } else {
        text.append(String.format(Locale.ROOT, "\\x{%X}", c));
      }
    });
    return text.toString();
  }
}
