package org.mansio.protocols.ondemand;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.TurnedConnection;
import org.mansio.spi.smtp.TurningVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ATRN (RFC 2645 §5.2.1): a customer who logged in gets the mail of its domains on this connection. Thread-safe. */
final class AtrnVerb implements TurningVerb {
  private static final Logger log = LoggerFactory.getLogger(AtrnVerb.class);

  private static final SmtpReply REVERSING =
      SmtpReply.of(250, "2.0.0", "OK now reversing the connection");
  private static final SmtpReply REFUSED = SmtpReply.of(450, "4.7.1", "ATRN request refused");
  private static final SmtpReply NOT_NOW =
      SmtpReply.of(451, "4.3.0", "Unable to process ATRN request now");
  private static final SmtpReply NO_MAIL = SmtpReply.of(453, "4.0.0", "You have no mail");
  private static final SmtpReply SYNTAX =
      SmtpReply.of(501, "5.5.4", "Expected domains, separated by commas");

  private final Customers customers;
  private final Handover handover;

  AtrnVerb(Customers customers, Handover handover) {
    this.customers = customers;
    this.handover = handover;
  }

  @Override
  public String name() {
    return "ATRN";
  }

  @Override
  public Set<Flag> flags() {
    // RFC 2645 §5.2.1: 530 without AUTH, 503 inside a transaction; the last of its command group.
    return Set.of(
        Flag.NEEDS_HELO,
        Flag.NEEDS_AUTH,
        Flag.OUTSIDE_TRANSACTION,
        Flag.NOT_WHEN_TURNED,
        Flag.ENDS_GROUP,
        Flag.JUNK);
  }

  @Override
  public String help() {
    return "ATRN [domain[,domain]...]";
  }

  @Override
  public SmtpReply handle(SmtpSession session, String argument) {
    List<Domains> granted = customers.of(session, Requester.User.class::isInstance);
    Optional<List<Domains>> listed = parse(argument);
    if (listed.isEmpty()) {
      return SYNTAX;
    }
    List<Domains> wanted = argument.isEmpty() ? granted : listed.get();
    boolean all = !wanted.isEmpty()
        && wanted.stream()
            .allMatch(domains -> granted.stream().anyMatch(grant -> grant.covers(domains)));
    if (!all) {
      // RFC 2645 §5.2.1: one domain that isn't the customer's refuses the whole request.
      log.info("{}: ATRN {} refused to {}", session.id(), argument, session.authenticated());
      return REFUSED;
    }
    return switch (handover.begin(name(), session, wanted)) {
      case BEGUN -> REVERSING;
      case NO_MAIL -> NO_MAIL;
      case NOT_NOW -> NOT_NOW;
    };
  }

  /** RFC 2645 §5.2.1: a comma-separated list; blanks around commas are forgiven. */
  private static Optional<List<Domains>> parse(String argument) {
    List<Domains> domains = new ArrayList<>();
    if (argument.isEmpty()) {
      return Optional.of(domains);
    }
    for (String part : argument.split(",", -1)) {
      Optional<String> domain = Domains.name(part.strip());
      if (domain.isEmpty()) {
        return Optional.empty();
      }
      domains.add(new Domains(domain.get(), false));
    }
    return Optional.of(domains);
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
