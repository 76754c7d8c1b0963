package org.mansio.mailets.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.Route;

/**
 * Hands a mail to the store's transport. Mailboxes are spread over 16 lanes by the hash of their address: a mailbox that is
 * slow to take mail holds up only its own lane, and a mail for many local users makes at most 16 deliveries, which a lane
 * for each mailbox would not. A lane for each domain would put all users of most installations into one.
 */
final class StoreDelivery implements Mailet {
  static final int LANES = 16;

  private final String transport;
  private final String bounceProcessor;

  StoreDelivery(String transport, String bounceProcessor) {
    this.transport = transport;
    this.bounceProcessor = bounceProcessor;
  }

  @Override
  public Outcome service(Mail mail) {
    if (mail.recipients().isEmpty()) {
      return Outcome.dropped("no recipients");
    }
    Map<String, List<Recipient>> byLane = new TreeMap<>();
    for (Recipient recipient : mail.recipients()) {
      byLane.computeIfAbsent(lane(recipient.address()), k -> new ArrayList<>()).add(recipient);
    }
    byLane.forEach((lane, recipients) ->
        mail.dispatch(new Route(transport, lane, bounceProcessor), recipients));
    return Outcome.dispatched();
  }

  static String lane(MailAddress address) {
    int hash = address.toString().toLowerCase(Locale.ROOT).hashCode();
    // The low bits of a String's hash are little more than its last letter.
    int mixed = hash ^ hash >>> 16 ^ hash >>> 8;
    return String.format(Locale.ROOT, "mailboxes-%02d", mixed & LANES - 1);
  }
}
