package org.mansio.mailets.antispam.hook;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;

/** A hook's factory, made of its parts. */
public record HookDefinition(String name, String description, SettingSchema settings, Maker maker)
    implements SmtpHookFactory {

  /** Makes the hook of settings. */
  @FunctionalInterface
  public interface Maker {
    SmtpHook make(Settings settings, Services services) throws InvalidSettingException;
  }

  @Override
  public SmtpHook create(Settings values, Services services) throws InvalidSettingException {
    return maker.make(values, services);
  }
}
