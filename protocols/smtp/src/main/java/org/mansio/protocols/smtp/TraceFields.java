package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.SmtpService;

/** The fields that a message gets on top when it is received (RFC 5321 §4.4; for submission RFC 6409 §8). */
final class TraceFields {
  // RFC 5322 §3.3; English whatever the machine speaks.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  private final SmtpService service;
  private final String hostname;

  TraceFields(SmtpService service, String hostname) {
    this.service = service;
    this.hostname = hostname;
  }

  /** The fields for a mail of this session, each ended by CR LF. */
  byte[] of(Session session, MailId id, List<Recipient> recipients, HeaderFacts facts) {
    String now = ZonedDateTime.now(ZoneId.systemDefault()).format(DATE);
    StringBuilder fields = new StringBuilder(320);
    received(fields, session, id, recipients, now);
    if (service == SmtpService.SUBMISSION) {
      if (!facts.hasMessageId()) {
        fields.append("Message-ID: <").append(id).append('@').append(hostname).append(">\r\n");
      }
      if (!facts.hasDate()) {
        fields.append("Date: ").append(now).append("\r\n");
      }
    }
    return fields.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void received(
      StringBuilder fields, Session session, MailId id, List<Recipient> recipients, String now) {
    fields.append("Received: from ").append(domain(session.helo().orElse("unknown")));
    // RFC 5321 §4.4, TCP-info: the verified name before the address.
    fields.append(" (");
    session.remoteHostIfKnown().ifPresent(host -> fields.append(host).append(' '));
    fields.append('[').append(address(session)).append("])\r\n");
    session
        .tlsDescription()
        .ifPresent(tls -> fields.append("\t(using ").append(tls).append(")\r\n"));
    fields.append("\tby ").append(hostname).append(" (Mansio) with ");
    fields.append(session.withKeyword());
    fields.append(" id ").append(id);
    // RFC 5321 §7.6: "for" must not tell one recipient of the others. RFC 6531 §3.7.3: it may hold
    // UTF-8, and such an address only comes with SMTPUTF8.
    if (recipients.size() == 1) {
      fields.append("\r\n\tfor <").append(recipients.getFirst().address()).append('>');
    }
    fields.append(";\r\n\t").append(now).append("\r\n");
  }

  private static String address(Session session) {
    String plain = session.remoteAddress();
    // RFC 5321 §4.1.3.
    return plain.contains(":") ? "IPv6:" + plain : plain;
  }

  /** The client's name as it may stand in a header: whatever else it said must not become syntax. */
  private static String domain(String helo) {
    return helo.replaceAll("[^A-Za-z0-9.:_\\[\\]-]", "?");
  }
}
