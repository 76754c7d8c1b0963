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
  private static final int MEDIA = 6;

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
        case MailHosts.Answer.Found found ->
          reached |= attempt(part, delivery.mail().content(), inOrder(found.hosts()), results);
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

  /** By rank; of equal hosts the one first to which a connection waits already. */
  private List<Peer> inOrder(List<MailHosts.Host> hosts) {
    ClientOptions how = options.client();
    return hosts.stream()
        .sorted(Comparator.comparingInt(MailHosts.Host::rank)
            .thenComparing(host -> !client.hasConnection(host.peer(), how)))
        .map(MailHosts.Host::peer)
        .toList();
  }

  /**
   * Tries one address after the other until one answers for the mail.
   *
   * @return whether any did
   */
  private boolean attempt(
      Envelope envelope,
      Content content,
      List<Peer> peers,
      Map<Recipient, RecipientResult> results) {
    List<Recipient> open = envelope.recipients();
    Optional<RecipientResult> unreached = Optional.empty();
    boolean reached = false;
    try {
      for (Peer peer : peers) {
        try {
          Map<Recipient, RecipientResult> answers =
              client.send(peer, options.client(), envelope.withRecipients(open), content);
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
          unreached = Optional.of(e.result());
          if (e.permanent()) {
            // RFC 5321 §4.2.1: a 5xx answer is not to be repeated, nor asked for at the next host.
            reached = true;
            break;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      unreached =
          Optional.of(new RecipientResult.Deferred(INTERRUPTED, Optional.empty(), "interrupted"));
    }
    RecipientResult rest = unreached.orElseGet(
        () -> new RecipientResult.Deferred(INTERRUPTED, Optional.empty(), "no host answered"));
    open.forEach(recipient -> results.putIfAbsent(recipient, rest));
    return reached;
  }

  /** Refused by ourselves for what this host lacks (5.6.3, 5.6.7): RFC 6531 §3.2 lets the next one be tried. */
  private static boolean anotherHostMayTake(@Nullable RecipientResult result) {
    return result instanceof RecipientResult.Failed failed
        && failed.remoteMta().isEmpty()
        && failed.status().subject() == MEDIA;
  }

  @Override
  public void close() {
    client.close();
  }
}
