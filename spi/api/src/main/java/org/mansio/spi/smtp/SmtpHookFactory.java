package org.mansio.spi.smtp;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes hooks that {@code server.xml} lists for a listener. */
public interface SmtpHookFactory {
  /** What {@code <hook name="…">} says, such as {@code DnsLists}; unique among all plugins, without regard to case. */
  String name();

  /** What it refuses, in one or two sentences, for the reference page. */
  String description();

  default SettingSchema settings() {
    return SettingSchema.none();
  }

  /**
   * A hook for one listener; it lives as long as the server. Also called by {@code mansio check}: opens nothing, starts nothing.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  SmtpHook create(Settings settings, Services services) throws InvalidSettingException;
}
