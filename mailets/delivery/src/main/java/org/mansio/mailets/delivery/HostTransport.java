package org.mansio.mailets.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.protocols.smtpclient.ClientTls;
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

/**
 * Delivers to other hosts over SMTP or LMTP: where the transport map says, else to gateways where they are given, else to the
 * mail exchangers of the recipients' domains. Where a delivery goes is decided anew at each attempt by the options in force,
 * so that mail that waits follows a change of the configuration. Thread-safe.
 */
final class HostTransport implements Transport {
  private static final EnhancedStatus INTERRUPTED = EnhancedStatus.parse("4.4.2");

  private final HostTransportOptions options;
  private final Services services;
  private final OutboundTls tls;
  private final DeadHosts deadHosts;
  private final Set<String> ownNames;
  private final SmtpClient client;

  /** @param deadHosts shared with the transport that this one replaces, so that it knows what that one learnt */
  HostTransport(
      HostTransportOptions options, Services services, OutboundTls tls, DeadHosts deadHosts) {
    this(options, services, tls, deadHosts, ClientTls.ofRuntime());
  }

  /** @param clientTls whom certificates of peers are shown */
  HostTransport(
      HostTransportOptions options,
      Services services,
      OutboundTls tls,
      DeadHosts deadHosts,
      ClientTls clientTls) {
    this.options = options;
    this.services = services;
    this.tls = tls;
    this.deadHosts = deadHosts;
    this.ownNames = ownNames();
    this.client = new SmtpClient(clientTls, PoolLimits.STANDARD, options.maxRecipients());
  }

  private Set<String> ownNames() {
    return Stream.concat(
            Stream.of(services.environment().hostname(), options.client().heloName()),
            options.sources().heloNames())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostTransport transport && transport.options.equals(options);
  }

  @Override
  public int hashCode() {
    return options.hashCode();
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
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    Ways ways = new Ways(options, services, tls, ownNames, envelope, results);
    Attempt attempt =
        new Attempt(delivery, options, client, deadHosts, tls.results(), services.trace());
    boolean reached = false;
    try {
      List<Way> found = ways.find();
      reached = ways.anyAnswer();
      for (Way way : found) {
        reached |= attempt.run(way, results);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      RecipientResult interrupted =
          new RecipientResult.Deferred(INTERRUPTED, Optional.empty(), "interrupted");
      envelope.recipients().forEach(recipient -> results.putIfAbsent(recipient, interrupted));
    }
    return new DeliveryReport(results, !reached, attempt.connections());
  }

  @Override
  public void close() {
    client.close();
  }
}
