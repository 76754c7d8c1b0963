package org.mansio.spi.directory;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the directory that {@code directory.xml} names. */
public interface DirectoryFactory {
  String name();

  String description();

  SettingSchema settings();

  /** The directory, not yet open. Also called by {@code mansio check}. */
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
