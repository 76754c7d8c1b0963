package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpProbe;

/** A transaction that goes as far as RCPT: whether a peer would take mail for an address. */
final class Probe {
  /** RFC 3463 §3.8: security and policy; says something of us, and not of the address. */
  private static final int POLICY = 7;

  private Probe() {}

  /** Asks, and says goodbye. */
  static SmtpProbe.Answer ask(
      ClientConnection connection, Optional<MailAddress> sender, MailAddress recipient)
      throws InterruptedException {
    boolean asked = false;
    try {
      SmtpProbe.Answer answer = transact(connection, sender, recipient);
      connection.wire().quit();
      asked = true;
      return answer;
    } catch (IOException e) {
      return unknown(connection, String.valueOf(e.getMessage()));
    } finally {
      if (!asked) {
        connection.abandon();
      }
    }
  }

  private static SmtpProbe.Answer transact(
      ClientConnection connection, Optional<MailAddress> sender, MailAddress recipient)
      throws IOException, InterruptedException {
    boolean international = recipient.isInternational()
        || sender.filter(MailAddress::isInternational).isPresent();
    if (international && !connection.extensions().smtpUtf8()) {
      return unknown(connection, "the host doesn't take such addresses (SMTPUTF8)");
    }
    String mail = "MAIL FROM:<" + sender.map(MailAddress::toString).orElse("") + ">"
        + (international ? " SMTPUTF8" : "");
    Reply reply =
        command(connection, mail, "MAIL", connection.options().timeouts().mail());
    if (!reply.isPositive()) {
      return unknown(connection, reply.text());
    }
    reply = command(
        connection,
        "RCPT TO:<" + recipient + ">",
        "RCPT",
        connection.options().timeouts().rcpt());
    if (reply.isPositive()) {
      return new SmtpProbe.Answer.Taken();
    }
    EnhancedStatus status = reply.statusOr(EnhancedStatus.ofReplyCode(reply.code()));
    return reply.isPermanent() && status.subject() != POLICY
        ? new SmtpProbe.Answer.Refused(connection.peer().name() + " said: " + reply.text())
        : unknown(connection, reply.text());
  }

  private static Reply command(
      ClientConnection connection, String line, String stage, Duration patience)
      throws IOException, InterruptedException {
    connection.wire().send(List.of(line));
    return connection.wire().reply(patience, stage);
  }

  private static SmtpProbe.Answer unknown(ClientConnection connection, String reason) {
    return new SmtpProbe.Answer.Unknown(connection.peer() + ": " + reason);
  }
}
