package org.mansio.mailets.delivery;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.mailet.MailetFactory;

/** LocalDelivery, RemoteDelivery and ToRepository. */
public final class DeliveryPlugin implements Plugin {
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
        new LocalDeliveryFactory(), new RemoteDeliveryFactory(), new ToRepositoryFactory());
  }
}
