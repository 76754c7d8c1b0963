package org.mansio.spi.store;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the store that {@code server.xml} names. */
public interface MailStoreFactory {
  String name();

  String description();

  SettingSchema settings();

  MailStore create(Settings settings, Environment environment) throws InvalidSettingException;
}
