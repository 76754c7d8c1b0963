package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Route;

/**
 * Hands a mail to a transport, one delivery for each destination: the recipients' domains, or the one lane of a gateway.
 * The attempts are the queue's.
 */
final class RemoteDelivery implements Mailet {
  private final String transport;
  private final Optional<String> lane;
  private final String bounceProcessor;

  /** @param lane the one destination of all mail; empty: each domain is one */
  RemoteDelivery(String transport, Optional<String> lane, String bounceProcessor) {
    this.transport = transport;
    this.lane = lane;
    this.bounceProcessor = bounceProcessor;
  }

  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().isEmpty()) {
      return Outcome.dropped("no recipients");
    }
    Map<String, List<Recipient>> byDestination = new LinkedHashMap<>();
    for (Recipient recipient : mail.recipients()) {
      String destination = lane.orElseGet(recipient.address()::domain);
      byDestination.computeIfAbsent(destination, k -> new ArrayList<>()).add(recipient);
    }
    byDestination.forEach((destination, recipients) ->
        mail.dispatch(new Route(transport, destination, bounceProcessor), recipients));
    return Outcome.dispatched();
  }
}
