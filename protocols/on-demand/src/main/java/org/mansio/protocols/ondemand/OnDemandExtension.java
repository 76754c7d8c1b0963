package org.mansio.protocols.ondemand;

import java.util.List;
import java.util.Set;
import org.mansio.spi.smtp.RelayingExtension;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;

/**
 * One of the verbs, with its keyword in EHLO.
 *
 * @param offeredOn where it is offered
 * @param customers whose mail is taken for them; empty where that isn't wanted
 */
record OnDemandExtension(SmtpVerb verb, Set<SmtpService> offeredOn, Customers customers)
    implements RelayingExtension {
  OnDemandExtension {
    offeredOn = Set.copyOf(offeredOn);
  }

  @Override
  public String name() {
    return verb.name();
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return session.turned() ? List.of() : List.of(verb.name());
  }

  @Override
  public List<SmtpVerb> verbs() {
    return List.of(verb);
  }

  @Override
  public boolean relays(String domain) {
    return customers.own(domain);
  }
}
