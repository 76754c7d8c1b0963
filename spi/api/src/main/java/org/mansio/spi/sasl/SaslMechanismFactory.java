package org.mansio.spi.sasl;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes one SASL mechanism, which {@code <sasl>} in {@code server.xml} may name with its settings. */
public interface SaslMechanismFactory {
  /** The mechanism's registered name, such as {@code PLAIN}; upper case. */
  String name();

  String description();

  default SettingSchema settings() {
    return SettingSchema.none();
  }

  /** Whether it is there without being named in {@code <sasl>}; its settings then have their defaults. */
  default boolean onByDefault() {
    return false;
  }

  /** Also called by {@code mansio check}. The services are there once the server has started. */
  SaslMechanism create(Settings settings, Services services) throws InvalidSettingException;
}
