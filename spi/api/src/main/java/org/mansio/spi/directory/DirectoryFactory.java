package org.mansio.spi.directory;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the directory that {@code directory.xml} names. */
public interface DirectoryFactory {
  /** What {@code <directory type="…">} says, such as {@code sql}; unique among all plugins, without regard to case. */
  String name();

  /** Where users and aliases come from, in one or two sentences, for the reference page. */
  String description();

  SettingSchema settings();

  /**
   * The directory, not yet open. Also called by {@code mansio check}.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  Directory create(Settings settings, Environment environment) throws InvalidSettingException;

  /** The three views of one directory. */
  interface Directory extends AutoCloseable {
    UserDirectory users();

    AliasTable aliases();

    LocalRecipients recipients();

    /** Connects and brings its tables up to date. @throws DirectoryException when it can't */
    void open();

    @Override
    void close();
  }
}
