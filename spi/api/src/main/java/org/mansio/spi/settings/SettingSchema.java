package org.mansio.spi.settings;

import java.util.List;

/**
 * All that can be set for one thing.
 *
 * @param settings in the order of the reference page
 * @param open whether names beyond these are allowed, such as attributes to set; read them with {@link Settings#others}
 */
public record SettingSchema(List<Setting<?>> settings, boolean open) {
  public SettingSchema {
    settings = List.copyOf(settings);
    if (settings.stream().map(Setting::name).distinct().count() != settings.size()) {
      throw new IllegalArgumentException("a setting's name stands twice");
    }
  }

  /** Exactly these settings. */
  public static SettingSchema of(Setting<?>... settings) {
    return new SettingSchema(List.of(settings), false);
  }

  /** No settings at all. */
  public static SettingSchema none() {
    return of();
  }

  /** These, and any other name with a text. */
  public static SettingSchema openWith(Setting<?>... settings) {
    return new SettingSchema(List.of(settings), true);
  }
}
