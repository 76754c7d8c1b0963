package org.mansio.mailets.delivery;

import java.util.Optional;
import org.mansio.mailets.delivery.tls.OutboundTls;
import org.mansio.spi.Services;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.settings.InvalidSettingException;

/** Registers transports: the same one for all mailets that say the same about it. */
final class Registration {
  private Registration() {}

  /** @throws InvalidSettingException when a mailet with other settings has the transport's name */
  static void register(
      HostTransportOptions options,
      Services services,
      OutboundTls tls,
      DeadHosts deadHosts,
      String setting)
      throws InvalidSettingException {
    Optional<Transport> present = services.transports().find(options.name());
    boolean same = present.isPresent()
        && present.get() instanceof HostTransport transport
        && transport.options().equals(options);
    if (!same) {
      register(
          new HostTransport(options, services, tls, deadHosts), services.transports(), setting);
    }
  }

  /** @throws InvalidSettingException when a mailet with other settings has the transport's name */
  static void register(StoreTransport transport, Services services, String setting)
      throws InvalidSettingException {
    if (!(services.transports().find(transport.name()).orElse(null) instanceof StoreTransport)) {
      register(transport, services.transports(), setting);
    }
  }

  private static void register(Transport transport, Transports transports, String setting)
      throws InvalidSettingException {
    if (transports.find(transport.name()).isPresent()) {
      transport.close();
      throw new InvalidSettingException("another mailet with other settings delivers as '"
          + transport.name() + "': give each a name of its own with '" + setting + "'");
    }
    transports.register(transport);
  }
}
