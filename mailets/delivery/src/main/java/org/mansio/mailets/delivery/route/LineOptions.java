package org.mansio.mailets.delivery.route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.mansio.spi.settings.InvalidSettingException;

/** The {@code name=value} words at the end of a line. */
final class LineOptions {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** @throws InvalidSettingException for a word that isn't an option with one of these names, or stands twice */
  LineOptions(List<String> words, Set<String> names) throws InvalidSettingException {
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (equals <= 0 || equals == word.length() - 1 || !names.contains(name)) {
        throw new InvalidSettingException(
            "'" + word + "' isn't an option with a value; there are " + new TreeSet<>(names));
      }
      if (values.putIfAbsent(name, word.substring(equals + 1)) != null) {
        throw new InvalidSettingException("the option '" + name + "' stands twice");
      }
    }
  }

  static boolean isOption(String word) {
    return word.matches("[a-z-]+=.*");
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Optional<Integer> number(String name, int min, int max) throws InvalidSettingException {
    Optional<String> text = text(name);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(numberOf(text.get(), "option '" + name + "'", min, max));
  }

  /** @param what for the error */
  static int numberOf(String text, String what, int min, int max) throws InvalidSettingException {
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new InvalidSettingException(what + ": '" + text + "' isn't a whole number");
    }
    throw new InvalidSettingException(what + ": " + text + " isn't from " + min + " to " + max);
  }

  boolean flag(String name) throws InvalidSettingException {
    return switch (text(name).orElse("no")) {
      case "yes", "true" -> true;
      case "no", "false" -> false;
      default -> throw new InvalidSettingException("option '" + name + "': neither yes nor no");
    };
  }
}
