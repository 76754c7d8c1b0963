package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.Services;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/** The values of macros ({@code SMFIC_MACRO}), as Sendmail's operations guide defines them. Thread-safe. */
final class Macros {
  private static final char CODE = 'D';

  private final Services services;
  private final Map<Stage, List<String>> defaults;

  /** @param defaults which are told at a stage that the milter itself names none for */
  Macros(Services services, Map<Stage, List<String>> defaults) {
    this.services = services;
    this.defaults = defaults;
  }

  /** The packet that goes before a stage's own; empty when there is nothing to tell. */
  Optional<Packet> packet(Stage stage, Negotiation negotiation, Subject subject) {
    Payload data = new Payload().octet(stage.code());
    boolean some = false;
    List<String> names =
        negotiation.macros().getOrDefault(stage, defaults.getOrDefault(stage, List.of()));
    for (String name : names) {
      Optional<String> value = value(name, subject);
      if (value.isPresent()) {
        data.text(name).text(value.get());
        some = true;
      }
    }
    return some ? Optional.of(data.packet(CODE)) : Optional.empty();
  }

  /** Empty for what isn't known now, and for macros that have no meaning here. */
  Optional<String> value(String name, Subject subject) {
    SmtpSession session = subject.session();
    return switch (name) {
      case "j", "{if_name}" -> Optional.of(services.environment().hostname());
      case "v" -> Optional.of("Mansio");
      case "i", "{i}" -> subject.mail().map(mail -> mail.id().value());
      case "{msg_id}" -> messageId(subject);
      case "{daemon_name}" -> Optional.of(session.listener());
      case "{if_addr}", "{daemon_addr}" ->
        Optional.of(ClientFacts.taggedAddress(session.local().getAddress()));
      case "{daemon_port}" -> Optional.of(Integer.toString(session.local().getPort()));
      case "_",
          "{client_addr}",
          "{client_name}",
          "{client_ptr}",
          "{client_port}",
          "{client_connections}" -> client(name, subject);
      case "{tls_version}" -> ClientFacts.tlsVersion(session);
      case "{cipher}" -> ClientFacts.cipher(session);
      case "{cipher_bits}" -> ClientFacts.cipherBits(session);
      case "{cert_subject}" ->
        session
            .clientCertificate()
            .map(X509Certificate::getSubjectX500Principal)
            .map(ClientFacts::distinguishedName);
      case "{cert_issuer}" ->
        session
            .clientCertificate()
            .map(X509Certificate::getIssuerX500Principal)
            .map(ClientFacts::distinguishedName);
      case "{auth_authen}" -> session.authenticated().map(MailAddress::toString);
      case "{auth_type}" ->
        session.authenticated().map(user -> session.mechanism().orElse("AUTH"));
      case "{auth_author}" ->
        subject.envelope().map(Envelope::parameters).map(all -> all.get("AUTH"));
      case "{mail_addr}", "{mail_host}", "{mail_mailer}" -> sender(name, subject);
      case "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}" -> recipient(name, subject);
      default -> Optional.empty();
    };
  }

  private static Optional<String> client(String name, Subject subject) {
    SmtpSession session = subject.session();
    return Optional.of(
        switch (name) {
          case "_" ->
            session.remoteHost().map(host -> host + " ").orElse("")
                + ClientFacts.bracketed(session);
          case "{client_addr}" -> ClientFacts.taggedAddress(session.remote().getAddress());
          case "{client_name}" -> ClientFacts.name(session);
          case "{client_ptr}" -> session.remoteHost().orElse("unknown");
          case "{client_port}" -> Integer.toString(session.remote().getPort());
          default -> Integer.toString(subject.connections());
        });
  }

  private Optional<String> sender(String name, Subject subject) {
    return subject.envelope().map(envelope -> switch (name) {
      case "{mail_addr}" -> envelope.sender().map(MailAddress::toString).orElse("");
      case "{mail_host}" -> envelope.sender().map(MailAddress::domain).orElse("");
      default -> envelope.sender().map(this::mailer).orElse("local");
    });
  }

  private Optional<String> recipient(String name, Subject subject) {
    Optional<SmtpReply> refusal = subject.refusal();
    // As Sendmail tells of a recipient that was refused: mailer, status and text of the refusal.
    return switch (name) {
      case "{rcpt_addr}" ->
        refusal
            .map(reply -> String.join(" ", reply.lines()))
            .or(() -> subject.recipient().map(Recipient::toString));
      case "{rcpt_host}" ->
        refusal
            .map(reply ->
                reply.status().orElse(EnhancedStatus.ofReplyCode(reply.code())).toString())
            .or(() -> subject.recipient().map(Recipient::address).map(MailAddress::domain));
      default ->
        refusal
            .map(reply -> "error")
            .or(() -> subject.recipient().map(Recipient::address).map(this::mailer));
    };
  }

  /** What Sendmail would deliver it with. */
  private String mailer(MailAddress address) {
    return services.users().isLocalDomain(address.domain()) ? "local" : "esmtp";
  }

  private static Optional<String> messageId(Subject subject) {
    Optional<Message> message = subject.message();
    try {
      return message.isPresent() ? message.get().headers().value("Message-ID") : Optional.empty();
    } catch (IOException e) {
      // Reading the mail itself fails in the same way, and is answered for there.
      return Optional.empty();
    }
  }
}
