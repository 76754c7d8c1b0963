package org.mansio.spi.background;

import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes background services that {@code server.xml} lists in {@code <background>}; any number of one type. */
public interface BackgroundServiceFactory {
  /** What {@code type="…"} says, such as {@code RemoteQueueStart}. */
  String type();

  String description();

  default SettingSchema settings() {
    return SettingSchema.none();
  }

  /**
   * A service, not yet started. Also called by {@code mansio check}.
   *
   * @param name in {@code server.xml}, unique there; for log lines
   */
  BackgroundService create(String name, Settings settings, Services services)
      throws InvalidSettingException;
}
