package org.mansio.protocols.ondemand;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.mansio.spi.Services;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.TurnedConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the mail of some domains over on the connection of the customer who asked, one customer at a time for each domain.
 * Thread-safe.
 */
final class Handover {
  private static final Logger log = LoggerFactory.getLogger(Handover.class);

  /** Under which a session remembers the domains that it has laid hold of. */
  private static final String HELD = Handover.class.getName();

  private final Services services;
  private final Requests requests;
  private final Set<String> underWay = new HashSet<>();

  Handover(Services services, Requests requests) {
    this.services = services;
    this.requests = requests;
  }

  /** Whether a session may have its mail. */
  enum Beginning {
    /** It holds the domains with mail: {@link #run} or {@link #release} follows. */
    BEGUN,
    NO_MAIL,
    /** Another session has some of it, or the queue fails. */
    NOT_NOW
  }

  /** Lays hold of all domains covered by grants that have mail waiting. */
  Beginning begin(String verb, SmtpSession session, Collection<Domains> granted) {
    try {
      Set<String> withMail = withMail(granted);
      if (withMail.isEmpty()) {
        return Beginning.NO_MAIL;
      }
      return hold(session, withMail) ? Beginning.BEGUN : Beginning.NOT_NOW;
    } catch (RuntimeException e) {
      log.error("{}: {} failed in the queue", session.id(), verb, e);
      return Beginning.NOT_NOW;
    }
  }

  /** The domains covered by grants that have mail waiting; in order. */
  private Set<String> withMail(Collection<Domains> granted) {
    Set<String> found = new TreeSet<>();
    services.queue().control().waiting(Optional.empty()).stream()
        .map(QueueControl.WaitingMail::domain)
        .filter(domain -> granted.stream().anyMatch(grant -> grant.covers(domain)))
        .forEach(found::add);
    return found;
  }

  /** Lays hold of all of these domains for the session. @return false, and of none, when another session has one */
  private boolean hold(SmtpSession session, Set<String> domains) {
    synchronized (underWay) {
      if (domains.stream().anyMatch(underWay::contains)) {
        return false;
      }
      underWay.addAll(domains);
    }
    session.attributes().put(HELD, domains);
    return true;
  }

  /** Lets go of what the session holds. */
  void release(SmtpSession session) {
    Set<String> domains = held(session);
    session.attributes().remove(HELD);
    synchronized (underWay) {
      underWay.removeAll(domains);
    }
  }

  private static Set<String> held(SmtpSession session) {
    Set<String> domains = new TreeSet<>();
    if (session.attributes().get(HELD) instanceof Set<?> held) {
      held.forEach(domain -> domains.add(String.valueOf(domain)));
    }
    return domains;
  }

  /** Delivers over the connection what waits for the domains that the session holds, and lets go of them. */
  void run(String verb, SmtpSession session, TurnedConnection connection)
      throws InterruptedException {
    Set<String> domains = held(session);
    try {
      QueueControl.Drained drained = drain(verb, domains, connection);
      note(verb, session, domains, told(drained));
    } catch (IOException e) {
      note(verb, session, domains, String.valueOf(e.getMessage()));
    } finally {
      release(session);
    }
  }

  private static String told(QueueControl.Drained drained) {
    String told = drained.offered() + " offered, " + drained.left() + " left";
    return drained.unknown().isEmpty()
        ? told
        : told + ", and what " + String.join(", ", drained.unknown()) + " has isn't known";
  }

  private QueueControl.Drained drain(String verb, Set<String> domains, TurnedConnection connection)
      throws IOException, InterruptedException {
    try (Transport peer = services.outboundSmtp().over(connection, verb)) {
      return services.queue().control().drain(domains, new DomainsOnly(peer, domains));
    }
  }

  private void note(String verb, SmtpSession session, Set<String> domains, String result) {
    log.debug("{}: {} over: {}", session.id(), verb, result);
    List.copyOf(domains)
        .forEach(domain -> requests.note(new Domains(domain, false), verb, session.id(), result));
  }
}
