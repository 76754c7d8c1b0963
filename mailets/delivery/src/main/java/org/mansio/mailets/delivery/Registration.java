package org.mansio.mailets.delivery;

import org.mansio.spi.Services;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.settings.InvalidSettingException;

/** Registers transports: the same one for all mailets that say the same about it. */
final class Registration {
  private Registration() {}

  /**
   * Registers one.
   *
   * @param setting gives it its name
   * @throws InvalidSettingException when a mailet with other settings has the name
   */
  static void register(Transport transport, Services services, String setting)
      throws InvalidSettingException {
    try {
      services.transports().register(transport);
    } catch (IllegalArgumentException e) {
      transport.close();
      throw new InvalidSettingException("another mailet with other settings delivers as '"
          + transport.name() + "': give each a name of its own with '" + setting + "'");
    }
  }
}
