package org.mansio.server.kernel.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingGroup;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Reads the children of an element as the settings of a schema; each that doesn't fit is reported where it stands. */
public final class SettingsReader {
  private SettingsReader() {}

  /**
   * Reads settings.
   *
   * @param owner what the settings belong to, for messages, such as {@code mailet AddFooter}
   * @return empty when something doesn't fit; what, is among the problems
   */
  public static Optional<Settings> read(
      ConfigElement element, SettingSchema schema, String owner, Problems problems) {
    int before = problems.errorCount();
    Map<String, List<String>> texts = new LinkedHashMap<>();
    Map<String, List<Settings>> groups = new LinkedHashMap<>();
    List<String> known = Stream.concat(
            schema.settings().stream().map(Setting::name),
            schema.groups().stream().map(SettingGroup::name))
        .toList();
    for (ConfigElement child : element.children()) {
      Optional<SettingGroup> group = schema.groups().stream()
          .filter(one -> one.name().equals(child.name()))
          .findFirst();
      if (group.isPresent()) {
        attributes(child, group.get(), problems)
            .ifPresent(read ->
                groups.computeIfAbsent(child.name(), n -> new ArrayList<>()).add(read));
        continue;
      }
      if (!known.contains(child.name()) && !schema.open()) {
        String hint = known.isEmpty() ? "; it takes none" : Suggestion.hint(child.name(), known);
        problems.error(
            child.location(), "unknown setting '" + child.name() + "' of " + owner + hint);
        continue;
      }
      Grammar.attributes(child, problems);
      if (!child.children().isEmpty()) {
        problems.error(
            child.location(),
            "setting '" + child.name() + "' of " + owner + " takes text, not elements");
      }
      texts.computeIfAbsent(child.name(), n -> new ArrayList<>()).add(child.text());
    }
    if (!element.text().isEmpty() && element.children().isEmpty()) {
      problems.error(
          element.location(), "settings of " + owner + " are elements, but there is text");
    }
    schema.settings().forEach(setting -> check(setting, element, owner, problems));
    if (problems.errorCount() > before) {
      return Optional.empty();
    }
    try {
      return Optional.of(Settings.of(schema, texts, groups));
    } catch (InvalidSettingException e) {
      problems.error(element.location(), owner + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** One element of a group: its attributes are settings, and there is nothing else in it. */
  private static Optional<Settings> attributes(
      ConfigElement element, SettingGroup group, Problems problems) {
    int before = problems.errorCount();
    String owner = "<" + group.name() + ">";
    List<String> names = group.attributes().stream().map(Setting::name).toList();
    Grammar.attributes(element, problems, names.toArray(String[]::new));
    Grammar.children(element, problems);
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (Setting<?> setting : group.attributes()) {
      Optional<String> text = element.attribute(setting.name());
      text.ifPresent(given -> texts.put(setting.name(), List.of(given)));
      try {
        Settings.check(setting, text.map(List::of).orElse(null));
      } catch (InvalidSettingException e) {
        problems.error(element.locationOf(setting.name()), refusal("attribute", setting, owner, e));
      }
    }
    if (problems.errorCount() > before) {
      return Optional.empty();
    }
    try {
      return Optional.of(Settings.of(group.schema(), texts));
    } catch (InvalidSettingException e) {
      problems.error(element.location(), owner + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** A refusal that names the setting itself, since it has no value, isn't to name it twice. */
  private static String refusal(
      String kind, Setting<?> setting, String owner, InvalidSettingException refusal) {
    String subject = kind + " '" + setting.name() + "' of " + owner;
    String message = String.valueOf(refusal.getMessage());
    String named = "setting '" + setting.name() + "' ";
    return message.startsWith(named)
        ? subject + " " + message.substring(named.length())
        : subject + ": " + message;
  }

  /** The defaults of a schema without mandatory settings. */
  public static Settings defaults(SettingSchema schema) {
    try {
      return Settings.of(schema, Map.of());
    } catch (InvalidSettingException e) {
      throw new IllegalArgumentException("a schema with mandatory settings has no defaults", e);
    }
  }

  private static void check(
      Setting<?> setting, ConfigElement element, String owner, Problems problems) {
    List<ConfigElement> given = element.children(setting.name());
    if (given.isEmpty()) {
      if (setting.required()) {
        problems.error(element.location(), owner + " needs the setting '" + setting.name() + "'");
      }
      return;
    }
    if (given.size() > 1 && !setting.repeatable()) {
      problems.error(
          given.get(1).location(),
          "setting '" + setting.name() + "' of " + owner + " stands twice");
    }
    for (ConfigElement one : given) {
      try {
        Settings.check(setting, List.of(one.text()));
      } catch (InvalidSettingException e) {
        problems.error(one.location(), refusal("setting", setting, owner, e));
      } catch (RuntimeException | LinkageError e) {
        // A plugin's own type of setting. What the failure says may be the value, which may be a
        // secret.
        problems.error(
            one.location(),
            "setting '" + setting.name() + "' of " + owner + " can't be read: "
                + (setting.type().kind() == Setting.Kind.SECRET ? e.getClass().getName() : e));
      }
    }
  }
}
