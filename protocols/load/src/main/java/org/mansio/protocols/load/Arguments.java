package org.mansio.protocols.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands behind the name of a command: options, and one word without a name. */
final class Arguments {
  private static final int USAGE_COLUMN = 30;

  /** An option that a command knows. */
  record Option(String name, String letter, String value, String description) {
    /** One that is followed by a value. @param value what it is called in the usage */
    static Option valued(String name, String letter, String value, String description) {
      return new Option(name, letter, value, description);
    }

    /** One that is given or not. */
    static Option flag(String name, String letter, String description) {
      return new Option(name, letter, "", description);
    }

    private boolean isFlag() {
      return value.isEmpty();
    }

    private boolean isCalled(String word) {
      return word.equals("--" + name) || !letter.isEmpty() && word.equals("-" + letter);
    }

    private String usage() {
      String names = (letter.isEmpty() ? "    " : "-" + letter + ", ") + "--" + name;
      String left = "  " + (isFlag() ? names : names + " " + value);
      String gap = left.length() < USAGE_COLUMN
          ? " ".repeat(USAGE_COLUMN - left.length())
          : System.lineSeparator() + " ".repeat(USAGE_COLUMN);
      return left + gap + description + System.lineSeparator();
    }
  }

  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private String word = "";

  private Arguments() {}

  /** @throws UsageException for an option that isn't known, or stands without its value, or a second word */
  static Arguments parse(List<Option> known, String... words) throws UsageException {
    Arguments arguments = new Arguments();
    for (int i = 0; i < words.length; i++) {
      String current = words[i];
      if (!current.startsWith("-")) {
        arguments.setWord(current);
        continue;
      }
      Option option = known.stream()
          .filter(o -> o.isCalled(current))
          .findFirst()
          .orElseThrow(() -> new UsageException("there is no option " + current));
      String value = "";
      if (!option.isFlag()) {
        i++;
        if (i == words.length) {
          throw new UsageException(current + " needs a value: " + option.value());
        }
        value = words[i];
      }
      arguments.given.computeIfAbsent(option.name(), k -> new ArrayList<>()).add(value);
    }
    return arguments;
  }

  private void setWord(String current) throws UsageException {
    if (!word.isEmpty()) {
      throw new UsageException("one address is enough: " + word + ", " + current);
    }
    word = current;
  }

  /** A line for each option. */
  static String usage(List<Option> known) {
    StringBuilder text = new StringBuilder();
    known.forEach(option -> text.append(option.usage()));
    return text.toString();
  }

  /** The word without a name. @throws UsageException when there is none */
  String word(String meaning) throws UsageException {
    if (word.isEmpty()) {
      throw new UsageException(meaning + " is missing");
    }
    return word;
  }

  boolean has(String name) {
    return given.containsKey(name);
  }

  /** The last value given. */
  Optional<String> find(String name) {
    return Optional.ofNullable(given.get(name)).map(List::getLast);
  }

  List<String> all(String name) {
    return given.getOrDefault(name, List.of());
  }

  /** @throws UsageException when it isn't a number from {@code least} to {@code most} */
  int number(String name, int standard, int least, int most) throws UsageException {
    Optional<String> text = find(name);
    return text.isPresent() ? number("--" + name, text.get(), least, most) : standard;
  }

  /** @throws UsageException when it isn't a number from {@code least} to {@code most} */
  static int number(String what, String text, int least, int most) throws UsageException {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new UsageException(what + " takes a number, not " + text);
    }
    throw new UsageException(what + " takes " + least + " to " + most + ", not " + text);
  }
}
