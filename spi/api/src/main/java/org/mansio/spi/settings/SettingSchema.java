package org.mansio.spi.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * All that can be set for one thing.
 *
 * @param settings in the order of the reference page
 * @param open whether names beyond these are allowed, such as attributes to set; read them with {@link Settings#others}
 * @param groups elements that may stand among the settings, each with settings of its own
 */
public record SettingSchema(List<Setting<?>> settings, boolean open, List<SettingGroup> groups) {
  public SettingSchema {
    settings = List.copyOf(settings);
    groups = List.copyOf(groups);
    long names = Stream.concat(
            settings.stream().map(Setting::name), groups.stream().map(SettingGroup::name))
        .distinct()
        .count();
    if (names != settings.size() + groups.size()) {
      throw new IllegalArgumentException("a setting's name stands twice");
    }
  }

  public SettingSchema(List<Setting<?>> settings, boolean open) {
    this(settings, open, List.of());
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

  /** The same, with further elements among the settings. */
  public SettingSchema with(SettingGroup... more) {
    return new SettingSchema(
        settings, open, Stream.concat(groups.stream(), Stream.of(more)).toList());
  }
}
