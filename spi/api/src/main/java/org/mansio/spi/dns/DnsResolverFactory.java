package org.mansio.spi.dns;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the resolver that {@code dns.xml} names. */
public interface DnsResolverFactory {
  /** What {@code <dns type="…">} says, such as {@code dnsjava}; unique among all plugins, without regard to case. */
  String name();

  /** Whom it asks, in one or two sentences, for the reference page. */
  String description();

  SettingSchema settings();

  /**
   * The resolver. Also called by {@code mansio check}: opens nothing, starts nothing. It is closed with the server when it is
   * {@link AutoCloseable}, after all who ask it.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  DnsResolver create(Settings settings, Environment environment) throws InvalidSettingException;
}
