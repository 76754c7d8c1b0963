package org.mansio.queue.outgoing;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the transports and hands deliveries to them. Whatever a transport does, there is a report: one that fails
 * unexpectedly, is interrupted or isn't there defers the mail. Thread-safe.
 */
final class TransportCalls {
  private static final Logger LOG = LoggerFactory.getLogger(TransportCalls.class);

  private final AttemptThreads threads;
  private volatile @Nullable Transports transports;

  /** @param threads those that call */
  TransportCalls(AttemptThreads threads) {
    this.threads = threads;
  }

  /**
   * What a transport did.
   *
   * @param interrupted whether it, or its thread meanwhile, was interrupted
   */
  record Tried(DeliveryReport report, boolean interrupted) {
    /** Whether nothing came of it for any recipient. */
    boolean isFruitless() {
      return report.results().values().stream()
          .allMatch(result -> result instanceof RecipientResult.Deferred);
    }
  }

  /** From now on transports are found. */
  void use(Transports registry) {
    transports = registry;
  }

  Optional<Transport> find(String name) {
    Transports registry = transports;
    return registry == null ? Optional.empty() : registry.find(name);
  }

  /** The names of all transports. */
  List<String> names() {
    Transports registry = transports;
    return registry == null
        ? List.of()
        : registry.all().stream().map(Transport::name).sorted().toList();
  }

  /** Delivers over the transport of the delivery's route. */
  Tried deliver(Delivery delivery) {
    String name = delivery.route().transport();
    Optional<Transport> transport = find(name);
    if (transport.isEmpty()) {
      String reason =
          "transport '" + name + "' isn't configured; restore its mailet or remove the mail";
      return new Tried(deferAll(delivery, reason, true), false);
    }
    return deliver(delivery, transport.get());
  }

  /** Delivers over a transport, on the current thread. */
  Tried deliver(Delivery delivery, Transport transport) {
    threads.beginInterruptible();
    DeliveryReport report;
    boolean interrupted = false;
    try {
      report = Objects.requireNonNull(transport.deliver(delivery));
    } catch (InterruptedException e) {
      interrupted = true;
      report = deferAll(delivery, "interrupted", false);
    } catch (Exception | Error e) {
      LOG.error(
          "{} {}: the transport failed unexpectedly",
          delivery.mail().id(),
          delivery.route().lane(),
          e);
      report =
          deferAll(delivery, "internal error of transport '" + transport.name() + "': " + e, false);
    } finally {
      interrupted |= threads.endInterruptible();
    }
    return new Tried(report, interrupted);
  }

  /**
   * Delivers over a transport, on the current thread, for a server that has the entry; this one's end waits for it, so that the
   * other hears what came of it.
   *
   * @return empty when this server is closing, and nothing was done
   */
  Optional<DeliveryReport> deliverForOther(Delivery delivery, Transport transport) {
    if (!threads.enterUnlessEnding()) {
      return Optional.empty();
    }
    try {
      return Optional.of(deliver(delivery, transport).report());
    } finally {
      threads.leave();
    }
  }

  private static DeliveryReport deferAll(Delivery delivery, String reason, boolean laneDown) {
    return DeliveryReport.forAll(
        delivery,
        recipient ->
            new RecipientResult.Deferred(AttemptOutcome.UNDEFINED, Optional.empty(), reason),
        laneDown);
  }
}
