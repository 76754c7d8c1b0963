package org.mansio.spi.mailet;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the instances of one mailet; {@link #name} is what {@code <mailet class="…">} says. */
public interface MailetFactory {
  /** The name in the chain, such as {@code AddFooter}; unique among all plugins, without regard to case. */
  String name();

  /** What it does, in one or two sentences, for the reference page. */
  String description();

  /** Its settings; by default none. */
  default SettingSchema settings() {
    return SettingSchema.none();
  }

  /**
   * Whether a mail never leaves this mailet towards the next one, with these settings. The check that no path ends
   * without a disposition relies on it.
   */
  default boolean ends(Settings settings) {
    return false;
  }

  /**
   * One instance for one place in the chain. Also called by {@code mansio check}: opens nothing, starts nothing.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  Mailet create(Settings settings, Services services) throws InvalidSettingException;
}
