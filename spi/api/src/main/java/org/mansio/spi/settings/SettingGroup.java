package org.mansio.spi.settings;

import java.util.List;
import java.util.Objects;

/**
 * An element that may stand any number of times among the settings, with settings of its own in its attributes: {@code
 * <destination match="example.org" rate="100/1h"/>}. Immutable; keep it in a constant, since it is also the key to read what
 * was set, with {@link Settings#each}.
 *
 * @param name the element's name in the configuration, camelCase
 * @param description one or two sentences for the reference page: what one such element says
 * @param attributes in the order of the reference page
 */
public record SettingGroup(String name, String description, List<Setting<?>> attributes) {
  public SettingGroup {
    Objects.requireNonNull(name);
    Objects.requireNonNull(description);
    attributes = List.copyOf(attributes);
  }

  /** An element with exactly these attributes. */
  public static SettingGroup of(String name, String description, Setting<?>... attributes) {
    return new SettingGroup(name, description, List.of(attributes));
  }

  /** The attributes as a schema of their own. */
  public SettingSchema schema() {
    return new SettingSchema(attributes, false);
  }
}
