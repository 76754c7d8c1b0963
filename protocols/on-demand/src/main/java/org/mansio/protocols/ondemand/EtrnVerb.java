package org.mansio.protocols.ondemand;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.Services;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ETRN (RFC 1985): the mail of a domain is sent now, over new connections to wherever its domain is served; the client's own
 * connection gets nothing but the answer. Thread-safe.
 */
final class EtrnVerb implements SmtpVerb {
  private static final Logger log = LoggerFactory.getLogger(EtrnVerb.class);

  /** What stands before the name of a queue (RFC 1985 §5.3). */
  private static final char NAMED_QUEUE = '#';

  private static final SmtpReply NO_NODE =
      SmtpReply.of(501, "5.5.4", "Expected a domain, @domain or #queue");

  private final Services services;
  private final OnDemandRelay relay;
  private final List<NamedQueue> queues;
  private final boolean reportCounts;

  EtrnVerb(Services services, OnDemandRelay relay, List<NamedQueue> queues, boolean reportCounts) {
    this.services = services;
    this.relay = relay;
    this.queues = List.copyOf(queues);
    this.reportCounts = reportCounts;
  }

  @Override
  public String name() {
    return "ETRN";
  }

  @Override
  public Set<Flag> flags() {
    // RFC 1985 §5.4: not inside a transaction.
    return Set.of(Flag.NEEDS_HELO, Flag.OUTSIDE_TRANSACTION, Flag.NOT_WHEN_TURNED, Flag.JUNK);
  }

  @Override
  public String help() {
    return "ETRN [@]domain | #queue";
  }

  @Override
  public SmtpReply handle(SmtpSession session, String argument) {
    if (argument.isEmpty() || argument.indexOf(' ') >= 0) {
      return NO_NODE;
    }
    if (argument.charAt(0) == NAMED_QUEUE) {
      String name = argument.substring(1).toLowerCase(Locale.ROOT);
      // A queue that isn't there is answered as one of somebody else: names aren't for guessing.
      return queues.stream()
          .filter(queue -> queue.name().equals(name))
          .findFirst()
          .map(queue -> start(session, argument, queue.domains()))
          .orElseGet(() -> notAllowed(session, argument));
    }
    Optional<Domains> node = Domains.find(argument);
    return node.map(domains -> start(session, argument, List.of(domains))).orElse(NO_NODE);
  }

  private SmtpReply start(SmtpSession session, String node, List<Domains> wanted) {
    List<Domains> granted = relay.customers().of(session);
    boolean all = wanted.stream()
        .allMatch(domains -> granted.stream().anyMatch(grant -> grant.covers(domains)));
    if (!all) {
      return notAllowed(session, node);
    }
    long count = 0;
    try {
      for (Domains domains : wanted) {
        long started = services.queue().control().start(domains.domain(), domains.subdomains());
        relay.requests().note(domains, name(), session.id(), started + " started");
        count += started;
      }
    } catch (RuntimeException e) {
      log.error("{}: ETRN {} failed in the queue", session.id(), node, e);
      // RFC 1985 §5.3.
      return SmtpReply.of(458, "4.3.0", "Unable to queue messages for node " + node);
    }
    return started(node, count, wanted.size() > 1 || wanted.getFirst().subdomains());
  }

  /** RFC 1985 §5.3: 250 to 253, by what is known of the mail and may be said. */
  private SmtpReply started(String node, long count, boolean severalNodes) {
    if (!reportCounts) {
      return SmtpReply.of(250, "2.0.0", "OK, queuing for node " + node + " started");
    }
    if (count == 0) {
      return SmtpReply.of(251, "2.0.0", "OK, no messages waiting for node " + node);
    }
    if (severalNodes) {
      // The count would be that of several nodes together.
      return SmtpReply.of(252, "2.0.0", "OK, pending messages for node " + node + " started");
    }
    return SmtpReply.of(
        253, "2.0.0", "OK, " + count + " pending messages for node " + node + " started");
  }

  private static SmtpReply notAllowed(SmtpSession session, String node) {
    log.info("{}: ETRN {} refused to {}", session.id(), node, session.remote());
    return SmtpReply.of(459, "4.7.1", "Node " + node + " not allowed: not yours to ask for");
  }
}
