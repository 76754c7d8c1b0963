package org.mansio.spi.queue;

import java.util.Objects;

/**
 * Where a delivery goes. Mails with the same transport and destination share a lane: concurrency, rate and back-off are
 * kept for each lane, so that a slow one holds up no other.
 *
 * @param transport the name of a registered {@link Transport}
 * @param destination the lane within the transport: a domain, {@code host:port}, or a mailbox's domain; lower case
 * @param failureProcessor the processor of the chain that failed recipients are sent to, such as {@code bounces}
 */
public record Route(String transport, String destination, String failureProcessor) {
  public Route {
    Objects.requireNonNull(transport);
    Objects.requireNonNull(destination);
    Objects.requireNonNull(failureProcessor);
  }

  /** How operators name the lane: {@code transport:destination}. */
  public String lane() {
    return transport + ":" + destination;
  }
}
