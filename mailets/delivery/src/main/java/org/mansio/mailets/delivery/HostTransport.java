package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.mailets.delivery.tls.HostTls;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tls.TlsPlan;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.mailets.delivery.tlsreport.SwitchableResults;
import org.mansio.protocols.smtpclient.ClientTls;
import org.mansio.protocols.smtpclient.ConnectFailure;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.PoolLimits;
import org.mansio.protocols.smtpclient.SmtpClient;
import org.mansio.spi.Services;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to other hosts over SMTP or LMTP: to gateways where they are given, else to the mail exchangers of the
 * recipients' domains. Where a delivery goes is decided anew at each attempt by the options in force, so that mail that
 * waits follows a change of the configuration. Thread-safe.
 */
final class HostTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(HostTransport.class);
  private static final EnhancedStatus INTERRUPTED = EnhancedStatus.parse("4.4.2");

  private final HostTransportOptions options;
  private final Services services;
  private final OutboundTls tls;
  private final SmtpClient client;

  HostTransport(HostTransportOptions options, Services services, OutboundTls tls) {
    this(options, services, tls, ClientTls.ofRuntime());
  }

  /** @param clientTls whom certificates of peers are shown */
  HostTransport(
      HostTransportOptions options, Services services, OutboundTls tls, ClientTls clientTls) {
    this.options = options;
    this.services = services;
    this.tls = tls;
    this.client = new SmtpClient(clientTls, PoolLimits.STANDARD);
  }

  HostTransportOptions options() {
    return options;
  }

  @Override
  public String name() {
    return options.name();
  }

  @Override
  public int laneConcurrency() {
    return options.concurrency();
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) {
    Envelope envelope = delivery.mail().envelope();
    MailHosts hosts = new MailHosts(services.dns(), ownNames());
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    boolean reached = false;
    for (Map.Entry<String, List<Recipient>> group : groups(envelope).entrySet()) {
      MailHosts.Answer answer = options.gateways().isEmpty()
          ? hosts.ofDomain(group.getKey(), options.port())
          : hosts.ofGateways(options.gateways(), options.port());
      Envelope part = envelope.withRecipients(group.getValue());
      switch (answer) {
        case MailHosts.Answer.Found found ->
          reached |= attempt(delivery, group.getKey(), part, found, results);
        case MailHosts.Answer.None none -> {
          group.getValue().forEach(recipient -> results.put(recipient, none.result()));
          reached |= none.result() instanceof RecipientResult.Failed;
        }
      }
    }
    return new DeliveryReport(results, !reached);
  }

  /** Normally one: the mailet dispatches by domain. Mail that waited for a gateway may have several domains. */
  private Map<String, List<Recipient>> groups(Envelope envelope) {
    Map<String, List<Recipient>> groups = new LinkedHashMap<>();
    for (Recipient recipient : envelope.recipients()) {
      String key = options.gateways().isEmpty() ? recipient.address().domain() : "";
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(recipient);
    }
    return groups;
  }

  private Set<String> ownNames() {
    return Set.copyOf(List.of(
        services.environment().hostname().toLowerCase(Locale.ROOT),
        options.client().heloName().toLowerCase(Locale.ROOT)));
  }

  /** Which TLS policy holds for each host. The protection of a gateway is the operator's choice, and no recipient's. */
  private Function<MailHosts.Host, HostTls> policies(
      String domain, MailHosts.Answer.Found found, Envelope envelope) throws InterruptedException {
    if (!options.gateways().isEmpty()) {
      HostTls chosen = new HostTls.Use(
          options.client().forMail(envelope),
          "the gateway's settings",
          ReportedPolicy.none(domain),
          Optional.empty());
      return host -> chosen;
    }
    TlsPlan plan = tls.plan(
        services,
        options.client(),
        options.tls(),
        domain,
        found.authentic(),
        found.validated(),
        envelope);
    return host -> plan.of(host.peer(), host.authentic());
  }

  private TlsNotes notes(Delivery delivery) {
    return options.gateways().isEmpty()
        ? new TlsNotes(services.trace(), tls.results(), delivery)
        : new TlsNotes(TraceLog.none(), new SwitchableResults(), delivery);
  }

  /** By rank; of equal hosts the one first to which a connection waits already. */
  private List<MailHosts.Host> inOrder(
      List<MailHosts.Host> hosts, Function<MailHosts.Host, HostTls> policies) {
    return hosts.stream()
        .sorted(Comparator.comparingInt(MailHosts.Host::rank)
            .thenComparing(host -> !(policies.apply(host) instanceof HostTls.Use use
                && client.hasConnection(host.peer(), use.options()))))
        .toList();
  }

  /**
   * Tries one address after the other until one answers for the mail. A host that takes no mail at all (RFC 7504), or not
   * this one for what it lacks, says nothing about the next; one that couldn't be reached may take the mail later. But no
   * other address of a host that answered: those of IPv6 often can't be reached, and nothing is gained by waiting for them.
   *
   * @return whether any answered
   */
  private boolean attempt(
      Delivery delivery,
      String domain,
      Envelope envelope,
      MailHosts.Answer.Found found,
      Map<Recipient, RecipientResult> results) {
    TlsNotes notes = notes(delivery);
    List<Recipient> open = envelope.recipients();
    // By host: the last failure to reach it, and who answered at any address.
    Map<String, RecipientResult> away = new LinkedHashMap<>();
    Set<String> answered = new HashSet<>();
    Optional<RecipientResult> refused = Optional.empty();
    boolean reached = false;
    try {
      Function<MailHosts.Host, HostTls> policies = policies(domain, found, envelope);
      for (MailHosts.Host host : inOrder(found.hosts(), policies)) {
        Peer peer = host.peer();
        HostTls policy = policies.apply(host);
        if (policy instanceof HostTls.Avoid avoid) {
          notes.avoided(peer, avoid);
          if (avoid.result() instanceof RecipientResult.Failed) {
            reached = true;
            refused = Optional.of(avoid.result());
          } else {
            away.put(host(peer), avoid.result());
          }
          continue;
        }
        HostTls.Use use = (HostTls.Use) policy;
        notes.begin(use);
        try {
          Map<Recipient, RecipientResult> answers = client.send(
              peer,
              use.options(),
              envelope.withRecipients(open),
              delivery.mail().content(),
              notes);
          reached = true;
          answered.add(host(peer));
          results.putAll(answers);
          open = open.stream()
              .filter(recipient -> anotherHostMayTake(answers.get(recipient)))
              .toList();
          if (open.isEmpty() || Thread.currentThread().isInterrupted()) {
            return true;
          }
        } catch (ConnectFailure e) {
          LOG.debug("{}: {}", options.name(), e.getMessage());
          if (e.permanent()) {
            reached = true;
            refused = Optional.of(e.result());
          } else {
            away.put(host(peer), e.result());
          }
        } finally {
          notes.end(peer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      RecipientResult interrupted =
          new RecipientResult.Deferred(INTERRUPTED, Optional.empty(), "interrupted");
      open.forEach(recipient -> results.put(recipient, interrupted));
      return reached;
    }
    away.keySet().removeAll(answered);
    Optional<RecipientResult> waiting = away.values().stream().reduce((first, last) -> last);
    for (Recipient recipient : open) {
      // What was found out about the others counts only when none is left that may take the mail.
      waiting.ifPresent(later -> results.put(recipient, later));
      refused.ifPresent(refusal -> results.putIfAbsent(recipient, refusal));
    }
    return reached;
  }

  /** A host whatever its address: gateways may be one by name and differ by port. */
  private static String host(Peer peer) {
    return peer.name() + ":" + peer.address().getPort();
  }

  /** Refused by ourselves for what this host lacks, such as an extension: RFC 6531 §3.2 lets the next one be tried. */
  private static boolean anotherHostMayTake(@Nullable RecipientResult result) {
    return result instanceof RecipientResult.Failed failed && failed.remoteMta().isEmpty();
  }

  @Override
  public void close() {
    client.close();
  }
}
