package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.mansio.mailets.delivery.route.NextHop;
import org.mansio.mailets.delivery.tls.HostTls;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsPlan;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;

/**
 * Finds the ways of one delivery: which hosts take it for which of its recipients. Recipients with the same smart hosts go
 * together, and so do those of domains with the same mail exchangers and the same protection. Used once, by one thread.
 */
final class Ways {
  private static final EnhancedStatus DISCARDED = EnhancedStatus.parse("2.0.0");
  private static final int LMTP_PORT = 24;
  private static final int SUBMISSIONS_PORT = 465;

  private final HostTransportOptions options;
  private final Services services;
  private final OutboundTls tls;
  private final Envelope envelope;
  private final MailHosts mailHosts;
  private final Map<Recipient, RecipientResult> results;
  private boolean anyAnswer;

  /** Recipients of one group have the same hosts. @param domain empty where hosts don't depend on it */
  private record Group(NextHop hop, String domain) {}

  /**
   * @param ownNames this host's, lower case
   * @param results where those go that need no host
   */
  Ways(
      HostTransportOptions options,
      Services services,
      OutboundTls tls,
      Set<String> ownNames,
      Envelope envelope,
      Map<Recipient, RecipientResult> results) {
    this.options = options;
    this.services = services;
    this.tls = tls;
    this.envelope = envelope;
    this.results = results;
    this.mailHosts = new MailHosts(services.dns(), ownNames);
  }

  /** Whether it is certain already what becomes of some recipient, other than to wait for an answer of the DNS. */
  boolean anyAnswer() {
    return anyAnswer;
  }

  List<Way> find() throws InterruptedException {
    if (envelope.recipients().size() == 1) {
      Recipient only = envelope.recipients().getFirst();
      return way(hop(only), envelope.recipients()).map(List::of).orElse(List.of());
    }
    Map<Group, List<Recipient>> groups = new LinkedHashMap<>();
    for (Recipient recipient : envelope.recipients()) {
      NextHop hop = hop(recipient);
      String domain = hop instanceof NextHop.Exchangers ? recipient.address().domain() : "";
      groups.computeIfAbsent(new Group(hop, domain), k -> new ArrayList<>()).add(recipient);
    }
    List<Way> ways = new ArrayList<>();
    for (Map.Entry<Group, List<Recipient>> group : groups.entrySet()) {
      way(group.getKey().hop(), group.getValue()).ifPresent(ways::add);
    }
    return together(ways);
  }

  /** @param recipients with this hop, and of one domain where the hosts depend on it */
  private Optional<Way> way(NextHop next, List<Recipient> recipients) throws InterruptedException {
    return switch (next) {
      case NextHop.Exchangers hop -> exchangers(hop, recipients);
      case NextHop.SmartHosts hop -> smartHosts(hop, recipients);
      case NextHop.Discarded hop ->
        settle(
            recipients,
            new RecipientResult.Delivered(
                DISCARDED, Optional.empty(), "discarded by the transport map", true, false));
      case NextHop.Refused(boolean permanent, EnhancedStatus status, String reply) ->
        settle(
            recipients,
            permanent
                ? new RecipientResult.Failed(status, Optional.empty(), reply)
                : new RecipientResult.Deferred(status, Optional.empty(), reply));
      case NextHop.OnDemand hop ->
        throw new IllegalStateException("what was asked for goes the usual way");
    };
  }

  /** Mail that rested on demand comes here when it was asked for: it goes the usual way then. */
  private NextHop hop(Recipient recipient) {
    NextHop hop = options.hopFor(recipient.address());
    return hop instanceof NextHop.OnDemand ? options.usual() : hop;
  }

  private Optional<Way> settle(List<Recipient> recipients, RecipientResult result) {
    recipients.forEach(recipient -> results.put(recipient, result));
    anyAnswer = true;
    return Optional.empty();
  }

  private Optional<Way> exchangers(NextHop.Exchangers hop, List<Recipient> recipients)
      throws InterruptedException {
    String domain = recipients.getFirst().address().domain();
    Optional<MailHosts.Answer.Found> found =
        found(mailHosts.ofDomain(domain, hop.port().orElse(options.exchangerPort())), recipients);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TlsPlan plan = tls.plan(
        services,
        clientFor(hop, hop.manner(), Protocol.SMTP),
        options.tls(),
        domain,
        found.get().authentic(),
        found.get().validated(),
        envelope);
    return Optional.of(new Way(
        recipients,
        found.get().hosts(),
        host -> plan.of(host.peer(), host.authentic()),
        true,
        hop.manner().sourcePool()));
  }

  private Optional<Way> smartHosts(NextHop.SmartHosts hop, List<Recipient> recipients) {
    // The protection of such a host is the operator's choice, and no recipient's.
    HostTls chosen = new HostTls.Use(
        clientFor(hop, hop.manner(), hop.protocol()).forMail(envelope),
        "the route's settings",
        ReportedPolicy.none(recipients.getFirst().address().domain()),
        Optional.empty());
    return found(mailHosts.ofSmartHosts(hop.hosts(), port(hop)), recipients)
        .map(found -> new Way(
            recipients, found.hosts(), host -> chosen, false, hop.manner().sourcePool()));
  }

  private Optional<MailHosts.Answer.Found> found(
      MailHosts.Answer answer, List<Recipient> recipients) {
    return switch (answer) {
      case MailHosts.Answer.Found found -> Optional.of(found);
      case MailHosts.Answer.None none -> {
        recipients.forEach(recipient -> results.put(recipient, none.result()));
        anyAnswer |= none.result() instanceof RecipientResult.Failed;
        yield Optional.empty();
      }
    };
  }

  private int port(NextHop.SmartHosts hop) {
    if (hop.equals(options.usual())) {
      return options.port();
    }
    if (hop.protocol() == Protocol.LMTP) {
      return LMTP_PORT;
    }
    return hop.manner().tls().filter(mode -> mode == TlsMode.IMPLICIT).isPresent()
        ? SUBMISSIONS_PORT
        : options.port();
  }

  private ClientOptions clientFor(NextHop hop, NextHop.Manner manner, Protocol protocol) {
    if (hop.equals(options.usual())) {
      return options.client();
    }
    ClientOptions base =
        hop instanceof NextHop.Exchangers ? options.toExchangers() : options.client();
    // The password of one host isn't for another.
    ClientOptions own = base.withProtocol(protocol).withCredentials(manner.credentials());
    if (manner.tls().isPresent()) {
      return own.withTls(manner.tls().get(), manner.verifyIdentity());
    }
    return protocol == Protocol.LMTP ? own.withTls(TlsMode.NONE, false) : own;
  }

  /**
   * Makes one way of those to the same mail exchangers: a provider of many domains gets a mail for several of them once. Not
   * where a domain has demands of its own on TLS, which a transaction can't keep apart.
   */
  private static List<Way> together(List<Way> ways) {
    List<Way> result = new ArrayList<>();
    for (Way way : ways) {
      OptionalInt same = OptionalInt.empty();
      for (int i = 0; i < result.size() && same.isEmpty(); i++) {
        if (isSame(result.get(i), way)) {
          same = OptionalInt.of(i);
        }
      }
      if (same.isEmpty()) {
        result.add(way);
        continue;
      }
      List<Recipient> all = new ArrayList<>(result.get(same.getAsInt()).recipients());
      all.addAll(way.recipients());
      result.set(same.getAsInt(), result.get(same.getAsInt()).withRecipients(all));
    }
    return result;
  }

  private static boolean isSame(Way one, Way other) {
    return one.byMx()
        && other.byMx()
        && one.sourcePool().equals(other.sourcePool())
        && Set.copyOf(one.hosts()).equals(Set.copyOf(other.hosts()))
        && one.hosts().stream().allMatch(host -> isSame(one.policies(), other.policies(), host));
  }

  private static boolean isSame(
      Function<MailHosts.Host, HostTls> one,
      Function<MailHosts.Host, HostTls> other,
      MailHosts.Host host) {
    return one.apply(host) instanceof HostTls.Use first
        && other.apply(host) instanceof HostTls.Use second
        && first.options().equals(second.options());
  }
}
