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
   * Whether its mailet may run in a simulation, with these settings: a dry run of the chain that has no effect. It may when it
   * changes nothing but the {@link Mail} that it is given, as those do that edit header fields, rewrite recipients, choose the
   * way, send or dispatch by the mail's own methods; or when it leaves out, where {@link Mail#isSimulated}, whatever else it
   * does, and notes that instead. Questions to the directory or to DNS are no effect. By default it may not: the simulation
   * names it and goes on behind it, or ends there when it {@link #ends}.
   */
  default boolean runsInSimulation(Settings settings) {
    return false;
  }

  /**
   * One instance for one place in the chain. Also called by {@code mansio check}: opens nothing, starts nothing.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  Mailet create(Settings settings, Services services) throws InvalidSettingException;
}
