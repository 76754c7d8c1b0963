package org.mansio.mailets.antispam.milter;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.SmtpSession;

/** The data of the packets that tell of a client and its commands. */
final class Commands {
  /** Parameters that an envelope keeps in a form of its own, not in that of the command. */
  private static final Set<String> KEPT_OTHERWISE =
      Set.of(Envelope.BY, Envelope.HOLD_UNTIL, Envelope.TLS_NOT_REQUIRED);

  private Commands() {}

  /** The client: name, address family, port, address. */
  static Payload connect(SmtpSession session) {
    InetAddress address = session.remote().getAddress();
    Payload data = new Payload().text(ClientFacts.name(session));
    return switch (address) {
      case Inet4Address ipv4 ->
        data.octet('4').uint16(session.remote().getPort()).text(ClientFacts.address(ipv4));
      case Inet6Address ipv6 ->
        data.octet('6').uint16(session.remote().getPort()).text(ClientFacts.address(ipv6));
      default -> data.octet('U');
    };
  }

  /** The reverse-path and the parameters of MAIL. */
  static Payload mail(Envelope envelope) {
    Payload data = new Payload().text(envelope.reversePath());
    if (envelope.body() != BodyType.SEVEN_BIT) {
      data.text("BODY=" + envelope.body().keyword());
    }
    if (envelope.smtpUtf8()) {
      data.text("SMTPUTF8");
    }
    envelope.returnContent().ifPresent(content -> data.text("RET=" + content));
    envelope.envelopeId().ifPresent(id -> data.text("ENVID=" + id));
    for (Map.Entry<String, String> parameter : envelope.parameters().entrySet()) {
      if (!KEPT_OTHERWISE.contains(parameter.getKey())) {
        String value = parameter.getValue();
        data.text(parameter.getKey() + (value.isEmpty() ? "" : "=" + value));
      }
    }
    return data;
  }

  /** The forward-path and the parameters of RCPT. */
  static Payload rcpt(Recipient recipient) {
    Payload data = new Payload().text("<" + recipient.address() + ">");
    if (!recipient.notifyOn().isEmpty()) {
      data.text(recipient.notifyOn().stream()
          .map(Recipient.Notify::name)
          .sorted()
          .collect(Collectors.joining(",", "NOTIFY=", "")));
    }
    recipient.originalRecipient().ifPresent(original -> data.text("ORCPT=" + original));
    return data;
  }
}
