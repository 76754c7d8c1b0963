package org.mansio.protocols.ondemand;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;

/**
 * Lets recipients of some domains pass only, whatever the queue offers: a customer must not get another's mail, even where a
 * lane held both. Those who don't pass stay.
 *
 * @param domains lower case, A-labels
 */
record DomainsOnly(Transport transport, Set<String> domains) implements Transport {
  private static final EnhancedStatus NOT_ASKED_FOR = EnhancedStatus.parse("4.7.1");

  DomainsOnly {
    domains = Set.copyOf(domains);
  }

  @Override
  public String name() {
    return transport.name();
  }

  @Override
  public int laneConcurrency() {
    return transport.laneConcurrency();
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws Exception {
    Envelope envelope = delivery.mail().envelope();
    Map<Recipient, RecipientResult> results = new HashMap<>();
    for (Recipient recipient : envelope.recipients()) {
      if (!domains.contains(recipient.address().domain())) {
        results.put(
            recipient,
            new RecipientResult.Deferred(
                NOT_ASKED_FOR, Optional.empty(), "not of a domain that was asked for"));
      }
    }
    List<Recipient> passing = envelope.recipients().stream()
        .filter(recipient -> !results.containsKey(recipient))
        .toList();
    if (passing.isEmpty()) {
      return new DeliveryReport(results, false);
    }
    DeliveryReport report = transport.deliver(new Delivery(
        delivery.mail().withEnvelope(envelope.withRecipients(passing)),
        delivery.route(),
        delivery.attempt()));
    results.putAll(report.results());
    return new DeliveryReport(results, report.laneDown());
  }
}
