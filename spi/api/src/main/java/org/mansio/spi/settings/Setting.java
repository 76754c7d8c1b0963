package org.mansio.spi.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/**
 * One thing that can be set: its name, type, default and meaning. Made by the static methods, refined by the others; each
 * refinement is a new value. Immutable; keep it in a constant, since it is also the key to read its value.
 *
 * @param name the element's name in the configuration, camelCase
 * @param type how its text is read
 * @param description one or two sentences for the reference page: what it does, unit, limits
 * @param defaultText the text that stands in when it isn't set; empty when there is none
 * @param required whether start-up fails when it isn't set
 * @param repeatable whether the element may stand several times or hold a comma-separated list; read it with {@link
 *     Settings#all}
 * @param <T> the type of one value
 */
public record Setting<T>(
    String name,
    Type<T> type,
    String description,
    Optional<String> defaultText,
    boolean required,
    boolean repeatable) {

  /**
   * How the text of a setting is read.
   *
   * @param label the type's name on the reference page
   * @param kind tells tools more than the label: a processor's name can be checked against the chain
   * @param parser reads trimmed text
   * @param <T> the value's type
   */
  public record Type<T>(String label, Kind kind, Parser<T> parser) {}

  /** What kind of thing a value names. */
  public enum Kind {
    PLAIN,
    /** The name of a processor in the chain; the container checks that it exists and follows it. */
    PROCESSOR,
    /** A password or key: never printed. */
    SECRET
  }

  /** Reads one value. */
  @FunctionalInterface
  public interface Parser<T> {
    /** @throws InvalidSettingException when the text isn't a value; the message says what would be */
    T parse(String text) throws InvalidSettingException;
  }

  public Setting {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(description);
    Objects.requireNonNull(defaultText);
  }

  /** Any text. */
  public static Setting<String> text(String name, String description) {
    return of(name, new Type<>("text", Kind.PLAIN, text -> text), description);
  }

  /** A name that lists and command lines show, such as that of a transport: letters, digits, {@code .}, {@code _} and {@code -}. */
  public static Setting<String> name(String name, String description) {
    return of(name, new Type<>("name", Kind.PLAIN, Setting::parseName), description);
  }

  /** A password or key; never logged, shown or listed. */
  public static Setting<String> secret(String name, String description) {
    return of(name, new Type<>("secret", Kind.SECRET, text -> text), description);
  }

  /** The name of a processor of the chain. */
  public static Setting<String> processor(String name, String description) {
    return of(name, new Type<>("processor", Kind.PROCESSOR, text -> text), description);
  }

  /** A whole number within limits, both included. */
  public static Setting<Long> number(String name, String description, long min, long max) {
    return of(
        name,
        new Type<>(
            "number from " + min + " to " + max, Kind.PLAIN, text -> parseNumber(text, min, max)),
        description);
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String name, String description) {
    return of(name, new Type<>("true or false", Kind.PLAIN, Setting::parseFlag), description);
  }

  /** A size in octets; {@code 20M} is 20 × 2²⁰; suffixes K, M, G. */
  public static Setting<Long> size(String name, String description) {
    return of(name, new Type<>("size", Kind.PLAIN, Setting::parseSize), description);
  }

  /** A duration such as {@code 30s}, {@code 5m}, {@code 4h}, {@code 5d}, {@code 250ms}; a unit is required unless 0. */
  public static Setting<Duration> duration(String name, String description) {
    return of(name, new Type<>("duration", Kind.PLAIN, Setting::parseDuration), description);
  }

  /** One constant of an enum, written in any case. */
  public static <E extends Enum<E>> Setting<E> choice(
      String name, String description, Class<E> constants) {
    String label = Arrays.stream(constants.getEnumConstants())
        .map(e -> e.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
    Parser<E> parser = text -> Arrays.stream(constants.getEnumConstants())
        .filter(e -> e.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new InvalidSettingException("'" + text + "' isn't one of: " + label));
    return of(name, new Type<>("one of: " + label, Kind.PLAIN, parser), description);
  }

  /** A mail address. */
  public static Setting<MailAddress> address(String name, String description) {
    return of(name, new Type<>("address", Kind.PLAIN, Setting::parseAddress), description);
  }

  /** A regular expression of {@link Pattern}. */
  public static Setting<Pattern> regex(String name, String description) {
    return of(name, new Type<>("regular expression", Kind.PLAIN, Setting::parseRegex), description);
  }

  /** A host with an optional port: {@code mail.example.org:25}, {@code [2001:db8::1]:25}. */
  public static Setting<HostPort> hostPort(String name, String description) {
    return of(name, new Type<>("host:port", Kind.PLAIN, HostPort::parse), description);
  }

  /** An IP network in CIDR form, or one address. */
  public static Setting<Network> network(String name, String description) {
    return of(name, new Type<>("network", Kind.PLAIN, Network::parse), description);
  }

  /** A setting of a type of its own. */
  public static <T> Setting<T> of(String name, Type<T> type, String description) {
    return new Setting<>(name, type, description, Optional.empty(), false, false);
  }

  public Setting<T> defaultsTo(String text) {
    return new Setting<>(name, type, description, Optional.of(text), false, repeatable);
  }

  public Setting<T> mandatory() {
    return new Setting<>(name, type, description, Optional.empty(), true, repeatable);
  }

  public Setting<T> repeated() {
    return new Setting<>(name, type, description, defaultText, required, true);
  }

  private static long parseNumber(String text, long min, long max) throws InvalidSettingException {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new InvalidSettingException("'" + text + "' isn't a whole number");
    }
    throw new InvalidSettingException(text + " isn't between " + min + " and " + max);
  }

  private static String parseName(String text) throws InvalidSettingException {
    if (!text.matches("[A-Za-z0-9._-]+")) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a name of letters, digits, '.', '_' and '-'");
    }
    return text;
  }

  private static boolean parseFlag(String text) throws InvalidSettingException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidSettingException("'" + text + "' is neither true nor false");
    };
  }

  private static long parseSize(String text) throws InvalidSettingException {
    String digits = text.isEmpty() ? "" : text.substring(0, text.length() - 1);
    long unit =
        switch (text.isEmpty() ? ' ' : Character.toUpperCase(text.charAt(text.length() - 1))) {
          case 'K' -> 1L << 10;
          case 'M' -> 1L << 20;
          case 'G' -> 1L << 30;
          default -> 1;
        };
    try {
      long value = Math.multiplyExact(Long.parseLong((unit == 1 ? text : digits).strip()), unit);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new InvalidSettingException("'" + text + "' isn't a size such as 512, 64K, 20M or 2G");
    }
    throw new InvalidSettingException("a size can't be negative: " + text);
  }

  private static Duration parseDuration(String text) throws InvalidSettingException {
    String unit = text.replaceFirst("^[0-9]+\\s*", "");
    String digits = text.substring(0, text.length() - unit.length()).strip();
    try {
      long value = Long.parseLong(digits);
      return switch (unit.toLowerCase(Locale.ROOT)) {
        case "ms" -> Duration.ofMillis(value);
        case "s" -> Duration.ofSeconds(value);
        case "m" -> Duration.ofMinutes(value);
        case "h" -> Duration.ofHours(value);
        case "d" -> Duration.ofDays(value);
        case "" -> zeroOnly(value, text);
        default ->
          throw new InvalidSettingException("'" + unit + "' isn't a unit of time: ms, s, m, h, d");
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a duration such as 30s, 5m, 4h or 5d");
    }
  }

  private static Duration zeroOnly(long value, String text) throws InvalidSettingException {
    if (value != 0) {
      throw new InvalidSettingException("'" + text + "' has no unit: ms, s, m, h, d");
    }
    return Duration.ZERO;
  }

  private static MailAddress parseAddress(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse(text);
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + text + "' isn't an address: " + e.getMessage());
    }
  }

  private static Pattern parseRegex(String text) throws InvalidSettingException {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new InvalidSettingException(
          "not a regular expression: " + e.getDescription() + " at " + e.getIndex());
    }
  }

  /** The values of a repeatable setting's text, which may be a comma-separated list. */
  static List<String> split(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
