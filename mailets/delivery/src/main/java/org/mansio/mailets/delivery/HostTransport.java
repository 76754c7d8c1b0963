package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.ClientTls;
import org.mansio.protocols.smtpclient.ConnectFailure;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.PoolLimits;
import org.mansio.protocols.smtpclient.SmtpClient;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
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

  /** RFC 8689 §4.2.1: encryption needed. */
  private static final EnhancedStatus NEEDS_TLS = EnhancedStatus.parse("5.7.10");

  private final HostTransportOptions options;
  private final Services services;
  private final SmtpClient client;

  HostTransport(HostTransportOptions options, Services services) {
    this.options = options;
    this.services = services;
    this.client = new SmtpClient(ClientTls.ofRuntime(), PoolLimits.STANDARD);
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
        case MailHosts.Answer.Found found
        when isDoubtful(found, part) -> {
          RecipientResult doubt = doubt(group.getKey());
          group.getValue().forEach(recipient -> results.put(recipient, doubt));
          reached = true;
        }
        case MailHosts.Answer.Found found ->
          reached |= attempt(part, delivery.mail().content(), found.hosts(), results);
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

  // RFC 8689 §4.2.1 (1): a certificate proves nothing for a name that somebody else may have given.
  private static boolean isDoubtful(MailHosts.Answer.Found found, Envelope envelope) {
    return ClientOptions.demandsVerifiedTls(envelope) && !found.authentic();
  }

  private RecipientResult doubt(String domain) {
    LOG.info(
        "{}: mail that demands verified TLS can't go to {} by MX without DNSSEC: see trustAd in dns.xml",
        options.name(),
        domain);
    return new RecipientResult.Failed(
        NEEDS_TLS,
        Optional.empty(),
        "the sender demands verified TLS, and the MX records of " + domain
            + " aren't validated by DNSSEC");
  }

  /**
   * How to talk to hosts about this mail. One that says {@code TLS-Required: No} goes also where TLS fails (RFC 8689 §4.2.2):
   * that is about policies on the recipient's side, not about the gateway, whose protection is the operator's choice.
   */
  private ClientOptions optionsFor(Envelope envelope) {
    ClientOptions client = options.client();
    boolean tolerant = envelope.toleratesNoTls()
        && options.gateways().isEmpty()
        && client.tls() == TlsMode.REQUIRED;
    return tolerant ? client.withTls(TlsMode.OPPORTUNISTIC, false) : client.forMail(envelope);
  }

  /** By rank; of equal hosts the one first to which a connection waits already. */
  private List<Peer> inOrder(List<MailHosts.Host> hosts, ClientOptions how) {
    return hosts.stream()
        .sorted(Comparator.comparingInt(MailHosts.Host::rank)
            .thenComparing(host -> !client.hasConnection(host.peer(), how)))
        .map(MailHosts.Host::peer)
        .toList();
  }

  /**
   * Tries one address after the other until one answers for the mail. A host that takes no mail at all (RFC 7504), or not
   * this one for what it lacks, says nothing about the next; one that couldn't be reached may take the mail later.
   *
   * @return whether any answered
   */
  private boolean attempt(
      Envelope envelope,
      Content content,
      List<MailHosts.Host> hosts,
      Map<Recipient, RecipientResult> results) {
    ClientOptions how = optionsFor(envelope);
    List<Recipient> open = envelope.recipients();
    Optional<RecipientResult> waiting = Optional.empty();
    Optional<RecipientResult> refused = Optional.empty();
    boolean reached = false;
    try {
      for (Peer peer : inOrder(hosts, how)) {
        try {
          Map<Recipient, RecipientResult> answers =
              client.send(peer, how, envelope.withRecipients(open), content);
          reached = true;
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
            waiting = Optional.of(e.result());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting =
          Optional.of(new RecipientResult.Deferred(INTERRUPTED, Optional.empty(), "interrupted"));
    }
    for (Recipient recipient : open) {
      // What was found out about the others counts only when none is left that may take the mail.
      waiting.ifPresent(later -> results.put(recipient, later));
      refused.ifPresent(refusal -> results.putIfAbsent(recipient, refusal));
    }
    return reached;
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
