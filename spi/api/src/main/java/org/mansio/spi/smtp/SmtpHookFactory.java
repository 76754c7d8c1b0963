package org.mansio.spi.smtp;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes hooks that {@code server.xml} lists for a listener. */
public interface SmtpHookFactory {
  String name();

  String description();

  default SettingSchema settings() {
    return SettingSchema.none();
  }

  SmtpHook create(Settings settings, Services services) throws InvalidSettingException;
}
