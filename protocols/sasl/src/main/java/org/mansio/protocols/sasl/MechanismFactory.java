package org.mansio.protocols.sasl;

import org.mansio.spi.Services;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** A factory by its parts; each family of mechanisms states its own. */
public record MechanismFactory(
    String name, String description, boolean onByDefault, SettingSchema settings, Maker maker)
    implements SaslMechanismFactory {

  /** Makes the mechanism. */
  @FunctionalInterface
  public interface Maker {
    SaslMechanism make(Settings settings, Services services) throws InvalidSettingException;
  }

  /** A factory without settings. */
  public static MechanismFactory simple(
      String name, String description, boolean onByDefault, SaslMechanism mechanism) {
    return new MechanismFactory(
        name, description, onByDefault, SettingSchema.none(), (settings, services) -> mechanism);
  }

  @Override
  public SaslMechanism create(Settings read, Services services) throws InvalidSettingException {
    return maker.make(read, services);
  }
}
