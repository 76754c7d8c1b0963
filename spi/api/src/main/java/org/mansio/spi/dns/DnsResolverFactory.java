package org.mansio.spi.dns;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the resolver that {@code dns.xml} names. */
public interface DnsResolverFactory {
  String name();

  String description();

  SettingSchema settings();

  DnsResolver create(Settings settings, Environment environment) throws InvalidSettingException;
}
