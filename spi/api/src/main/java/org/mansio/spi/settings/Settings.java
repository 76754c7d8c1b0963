package org.mansio.spi.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of a schema's settings, all checked before: reading never fails for what a schema states. Immutable and
 * thread-safe.
 */
public final class Settings {
  private final SettingSchema schema;
  private final Map<String, List<String>> texts;
  private final Map<String, List<Settings>> groups;

  private Settings(
      SettingSchema schema, Map<String, List<String>> texts, Map<String, List<Settings>> groups) {
    this.schema = schema;
    this.texts = texts;
    this.groups = groups;
  }

  /**
   * Checks texts against a schema.
   *
   * @param texts by setting name, each element's text in order
   * @throws InvalidSettingException for the first text that doesn't fit; the kernel checks each by itself to report all
   */
  public static Settings of(SettingSchema schema, Map<String, List<String>> texts)
      throws InvalidSettingException {
    return of(schema, texts, Map.of());
  }

  /**
   * Checks texts against a schema with groups.
   *
   * @param texts by setting name, each element's text in order
   * @param groups by the group's name, what each of its elements sets, in order; read by {@link SettingGroup#schema}
   * @throws InvalidSettingException for the first text that doesn't fit, or a group that isn't known
   */
  public static Settings of(
      SettingSchema schema, Map<String, List<String>> texts, Map<String, List<Settings>> groups)
      throws InvalidSettingException {
    Map<String, List<String>> trimmed = new LinkedHashMap<>();
    texts.forEach(
        (name, list) -> trimmed.put(name, list.stream().map(String::strip).toList()));
    for (Setting<?> setting : schema.settings()) {
      check(setting, trimmed.get(setting.name()));
    }
    if (!schema.open()) {
      List<String> known = schema.settings().stream().map(Setting::name).toList();
      for (String name : trimmed.keySet()) {
        if (!known.contains(name)) {
          throw new InvalidSettingException("unknown setting '" + name + "'");
        }
      }
    }
    List<String> knownGroups = schema.groups().stream().map(SettingGroup::name).toList();
    for (String name : groups.keySet()) {
      if (!knownGroups.contains(name)) {
        throw new InvalidSettingException("unknown element '" + name + "'");
      }
    }
    return new Settings(schema, trimmed, Map.copyOf(groups));
  }

  /** Checked settings from single texts; for tests and defaults. */
  public static Settings ofTexts(SettingSchema schema, Map<String, String> texts)
      throws InvalidSettingException {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    texts.forEach((name, text) -> lists.put(name, List.of(text)));
    return of(schema, lists);
  }

  /**
   * Checks one setting's texts: whether it may be missing or repeated, and that each text can be read.
   *
   * @param texts trimmed; null when the setting isn't there
   */
  public static <T> void check(
      Setting<T> setting, @org.jspecify.annotations.Nullable List<String> texts)
      throws InvalidSettingException {
    if (texts == null) {
      if (setting.required()) {
        throw new InvalidSettingException("setting '" + setting.name() + "' is missing");
      }
      return;
    }
    if (texts.size() > 1 && !setting.repeatable()) {
      throw new InvalidSettingException("setting '" + setting.name() + "' stands twice");
    }
    // An empty element, as an unset ${env:…} leaves it, counts as not set.
    List<String> values = setting.repeatable()
        ? split(texts)
        : texts.stream().filter(text -> !text.isEmpty()).toList();
    if (values.isEmpty() && setting.required()) {
      throw new InvalidSettingException("setting '" + setting.name() + "' is empty");
    }
    for (String value : values) {
      setting.type().parser().parse(value);
    }
  }

  /** The value, or the default. @throws IllegalStateException when the schema gives neither; use {@link #find} there */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new IllegalStateException(
            "setting '" + setting.name() + "' has neither value nor default"));
  }

  /** The value, or the default, or nothing. */
  public <T> Optional<T> find(Setting<T> setting) {
    Optional<String> set = Optional.ofNullable(texts.get(setting.name()))
        .map(List::getFirst)
        .filter(t -> !t.isEmpty());
    return set.or(setting::defaultText).map(text -> parse(setting, text));
  }

  /** All values of a repeatable setting, in order; the default's when it isn't set. */
  public <T> List<T> all(Setting<T> setting) {
    List<String> set = split(texts.getOrDefault(setting.name(), List.of()));
    List<String> given = set.isEmpty() ? split(setting.defaultText().stream().toList()) : set;
    List<T> values = new ArrayList<>();
    given.forEach(text -> values.add(parse(setting, text)));
    return values;
  }

  private static List<String> split(List<String> texts) {
    return texts.stream().flatMap(text -> Setting.split(text).stream()).toList();
  }

  /** What each element of a group sets, in order. */
  public List<Settings> each(SettingGroup group) {
    return groups.getOrDefault(group.name(), List.of());
  }

  /** Whether the configuration sets it to something. */
  public boolean isSet(Setting<?> setting) {
    return texts.getOrDefault(setting.name(), List.of()).stream().anyMatch(text -> !text.isEmpty());
  }

  /** What an open schema took beyond its stated settings, in order. */
  public Map<String, List<String>> others() {
    Map<String, List<String>> result = new LinkedHashMap<>(texts);
    schema.settings().forEach(setting -> result.remove(setting.name()));
    return result;
  }

  private static <T> T parse(Setting<T> setting, String text) {
    try {
      return setting.type().parser().parse(text);
    } catch (InvalidSettingException e) {
      throw new IllegalStateException("setting '" + setting.name() + "' wasn't checked", e);
    }
  }
}
