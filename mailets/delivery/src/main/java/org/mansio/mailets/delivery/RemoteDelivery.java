package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mansio.mailets.delivery.route.NextHop;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Route;

/**
 * Hands a mail to a transport, one delivery for each destination: the recipients' domains, the providers that host them, or
 * the one lane of a route's hosts. The attempts are the queue's.
 */
final class RemoteDelivery implements Mailet {
  private final HostTransportOptions options;
  private final MxRollup rollup;
  private final String bounceProcessor;

  RemoteDelivery(HostTransportOptions options, MxRollup rollup, String bounceProcessor) {
    this.options = options;
    this.rollup = rollup;
    this.bounceProcessor = bounceProcessor;
  }

  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().isEmpty()) {
      return Outcome.dropped("no recipients");
    }
    Map<Route, List<Recipient>> byRoute = new LinkedHashMap<>();
    for (Recipient recipient : mail.recipients()) {
      byRoute
          .computeIfAbsent(route(mail, recipient.address()), k -> new ArrayList<>())
          .add(recipient);
    }
    byRoute.forEach(mail::dispatch);
    return Outcome.dispatched();
  }

  private Route route(Mail mail, MailAddress recipient) {
    String domain = recipient.domain();
    return switch (options.hopFor(recipient)) {
      case NextHop.Exchangers hop -> own(rollup.destination(domain));
      case NextHop.SmartHosts hop -> own(hop.lane());
      case NextHop.OnDemand hop -> new Route(hop.transport(), domain, bounceProcessor);
      // The transport settles these, so that mail which waits already meets the same end.
      case NextHop.Discarded hop -> {
        mail.note("the transport map discards mail for " + recipient);
        yield own(domain);
      }
      case NextHop.Refused hop -> {
        mail.note("the transport map answers for " + recipient + ": " + hop.reply());
        yield own(domain);
      }
    };
  }

  private Route own(String destination) {
    return new Route(options.name(), destination, bounceProcessor);
  }
}
