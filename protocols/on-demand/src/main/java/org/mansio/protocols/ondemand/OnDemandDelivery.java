package org.mansio.protocols.ondemand;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Route;

/**
 * Puts a mail aside for its recipients' domains, one delivery for each, until they ask for it.
 *
 * @param transport the name of an {@link OnDemandTransport}
 */
record OnDemandDelivery(String transport, String bounceProcessor) implements Mailet {
  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().isEmpty()) {
      return Outcome.dropped("no recipients");
    }
    Map<String, List<Recipient>> byDomain = new LinkedHashMap<>();
    for (Recipient recipient : mail.recipients()) {
      byDomain
          .computeIfAbsent(recipient.address().domain(), domain -> new ArrayList<>())
          .add(recipient);
    }
    byDomain.forEach((domain, recipients) ->
        mail.dispatch(new Route(transport, domain, bounceProcessor), recipients));
    return Outcome.dispatched();
  }
}
