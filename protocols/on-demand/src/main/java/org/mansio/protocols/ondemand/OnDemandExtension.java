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
 * @param customers without any, it isn't mentioned in EHLO
 * @param acceptsMail whether mail for their domains is taken
 */
record OnDemandExtension(
    SmtpVerb verb, Set<SmtpService> offeredOn, Customers customers, boolean acceptsMail)
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
    return session.turned() || customers.all().isEmpty() ? List.of() : List.of(verb.name());
  }

  @Override
  public List<SmtpVerb> verbs() {
    return List.of(verb);
  }

  @Override
  public boolean relays(String domain) {
    return acceptsMail && customers.own(domain);
  }
}
