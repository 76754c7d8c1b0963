package org.mansio.protocols.ondemand;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lanes that rest until their domain asks; what is asked for by ETRN goes another transport's way. Thread-safe. */
final class OnDemandTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(OnDemandTransport.class);
  private static final EnhancedStatus MISCONFIGURED = EnhancedStatus.parse("4.3.5");

  private final String name;
  private final String through;
  private final Transports transports;

  OnDemandTransport(String name, String through, Transports transports) {
    this.name = name;
    this.through = through;
    this.transports = transports;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OnDemandTransport that
        && name.equals(that.name)
        && through.equals(that.through);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, through);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean waitsForRequest() {
    return true;
  }

  @Override
  public int laneConcurrency() {
    return transports.find(through).map(Transport::laneConcurrency).orElse(1);
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws Exception {
    Optional<Transport> way = transports.find(through);
    if (way.isEmpty()) {
      log.error("{}: no delivery of the chain is called '{}': see 'through'", name, through);
      RecipientResult result = new RecipientResult.Deferred(
          MISCONFIGURED, Optional.empty(), "no way out is called '" + through + "'");
      return DeliveryReport.forAll(delivery, recipient -> result, true);
    }
    Route route = delivery.route();
    return way.get()
        .deliver(new Delivery(
            delivery.mail(),
            new Route(through, route.destination(), route.failureProcessor()),
            delivery.attempt()));
  }
}
