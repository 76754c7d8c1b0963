package org.mansio.protocols.ondemand;

import java.util.List;
import java.util.Set;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.TurnedConnection;
import org.mansio.spi.smtp.TurningVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TURN (RFC 821 §3.8), which RFC 5321 §F.1 deprecates because it gave mail to anybody: here to none but who logged in or
 * showed a certificate, and its own mail only. Thread-safe.
 */
final class TurnVerb implements TurningVerb {
  private static final Logger log = LoggerFactory.getLogger(TurnVerb.class);

  private static final SmtpReply TURNING = SmtpReply.of(250, "2.0.0", "OK, turning");
  private static final SmtpReply REFUSED = SmtpReply.of(502, "5.7.1", "TURN refused");
  private static final SmtpReply NO_MAIL = SmtpReply.of(502, "5.5.1", "No mail for you");
  private static final SmtpReply NOT_NOW =
      SmtpReply.of(451, "4.3.0", "Unable to turn now, try again later");
  private static final SmtpReply UNKNOWN_CLIENT =
      SmtpReply.of(530, "5.7.0", "Authentication required");
  private static final SmtpReply SYNTAX = SmtpReply.of(501, "5.5.4", "No argument allowed");

  private final Customers customers;
  private final Handover handover;

  TurnVerb(Customers customers, Handover handover) {
    this.customers = customers;
    this.handover = handover;
  }

  @Override
  public String name() {
    return "TURN";
  }

  @Override
  public Set<Flag> flags() {
    return Set.of(
        Flag.NEEDS_HELO,
        Flag.OUTSIDE_TRANSACTION,
        Flag.NOT_WHEN_TURNED,
        Flag.ENDS_GROUP,
        Flag.JUNK);
  }

  @Override
  public String help() {
    return "TURN";
  }

  @Override
  public SmtpReply handle(SmtpSession session, String argument) {
    if (!argument.isEmpty()) {
      return SYNTAX;
    }
    if (session.authenticated().isEmpty() && session.clientCertificate().isEmpty()) {
      return UNKNOWN_CLIENT;
    }
    List<Domains> granted = customers.of(session, Requester::isIdentity);
    if (granted.isEmpty()) {
      log.info("{}: TURN refused to {}", session.id(), session.remote());
      return REFUSED;
    }
    return switch (handover.begin(name(), session, granted)) {
      case BEGUN -> TURNING;
      case NO_MAIL -> NO_MAIL;
      case NOT_NOW -> NOT_NOW;
    };
  }

  @Override
  public void turned(SmtpSession session, TurnedConnection connection) throws InterruptedException {
    handover.run(name(), session, connection);
  }

  @Override
  public void notTurned(SmtpSession session) {
    handover.release(session);
  }
}
