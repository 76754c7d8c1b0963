package org.mansio.mailets.delivery;

import java.util.List;
import java.util.Optional;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.mailets.delivery.tlsreport.TlsReportsFactory;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.smtp.SmtpProbe;

/** LocalDelivery, RemoteDelivery and ToRepository; reports about TLS; and the question whether a host would take mail. */
public final class DeliveryPlugin implements Plugin {
  private final OutboundTls tls = new OutboundTls();

  @Override
  public String name() {
    return "delivery";
  }

  @Override
  public String version() {
    String version = DeliveryPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<MailetFactory> mailets() {
    return List.of(
        new LocalDeliveryFactory(), new RemoteDeliveryFactory(tls), new ToRepositoryFactory());
  }

  @Override
  public List<BackgroundServiceFactory> backgroundServices() {
    return List.of(new TlsReportsFactory(tls.results(), PublicAddresses::contain));
  }

  @Override
  public Optional<SmtpProbe> smtpProbe(Services services) {
    return Optional.of(new MailboxProbe(services));
  }
}
