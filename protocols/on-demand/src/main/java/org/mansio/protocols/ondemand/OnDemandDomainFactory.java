package org.mansio.protocols.ondemand;

import org.mansio.spi.Services;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Makes {@code OnDemandDomain}. */
final class OnDemandDomainFactory implements MatcherFactory {
  private final OnDemandRelay relay;

  OnDemandDomainFactory(OnDemandRelay relay) {
    this.relay = relay;
  }

  @Override
  public String name() {
    return "OnDemandDomain";
  }

  @Override
  public String description() {
    return "Recipients in a domain of a customer of the extension on-demand, see <extensions> of server.xml. No condition.";
  }

  @Override
  public Matcher create(String condition, Services services) throws InvalidSettingException {
    if (!condition.isEmpty()) {
      throw new InvalidSettingException("takes no condition; the domains stand in server.xml");
    }
    return mail -> mail.recipients().stream()
        .filter(recipient -> relay.customers().own(recipient.address().domain()))
        .toList();
  }
}
