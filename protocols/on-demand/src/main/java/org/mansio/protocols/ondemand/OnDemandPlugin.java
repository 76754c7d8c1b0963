package org.mansio.protocols.ondemand;

import java.time.Clock;
import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.smtp.SmtpExtensionFactory;

/**
 * Contributes ETRN, ATRN and TURN, the delivery whose mail waits for them, the background service that asks others, and an
 * MXBean over all of it.
 */
public final class OnDemandPlugin implements Plugin {
  private final OnDemandRelay relay = new OnDemandRelay(Clock.systemUTC());

  @Override
  public String name() {
    return "on-demand";
  }

  @Override
  public String version() {
    String version = OnDemandPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<SmtpExtensionFactory> smtpExtensions() {
    return List.of(new OnDemandExtensionFactory(relay));
  }

  @Override
  public List<MailetFactory> mailets() {
    return List.of(new OnDemandDeliveryFactory());
  }

  @Override
  public List<MatcherFactory> matchers() {
    return List.of(new OnDemandDomainFactory(relay));
  }

  @Override
  public List<BackgroundServiceFactory> backgroundServices() {
    return List.of(new RemoteQueueStartFactory(relay.runs()));
  }

  @Override
  public List<AdminBean> adminBeans(Services services) {
    return List.of(new AdminBean("OnDemand", new OnDemandOperations(services, relay)));
  }
}
