package org.mansio.spi.store;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the store that {@code server.xml} names. */
public interface MailStoreFactory {
  /** What {@code <store type="…">} says, such as {@code maildir}; unique among all plugins, without regard to case. */
  String name();

  /** Where the mail lies, in one or two sentences, for the reference page. */
  String description();

  SettingSchema settings();

  /**
   * The store. Also called by {@code mansio check}: opens nothing, starts nothing. It is closed with the server when it is {@link
   * AutoCloseable}, after the last delivery.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  MailStore create(Settings settings, Environment environment) throws InvalidSettingException;
}
