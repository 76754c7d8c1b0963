package org.mansio.server.app;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.spi.ScanException;
import ch.qos.logback.core.util.OptionHelper;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Suggestion;

/**
 * Checks {@code logback.xml} for what Logback itself passes over: it takes DEBUG for a level that it doesn't know, and logs
 * nowhere for an appender that isn't there, of which it keeps a note without a line. The grammar is Logback's, and what else
 * stands in the file is left to it. Used once, by one thread.
 */
final class LoggingFile {
  static final String NAME = "logback.xml";

  private static final List<String> LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

  /** A logger may have that of the one above it. */
  private static final Set<String> OF_PARENT = Set.of("INHERITED", "NULL");

  /** Filters of Logback with a level as text. Those of others may mean something else by it. */
  private static final Set<String> FILTERS = Set.of(
      "ch.qos.logback.classic.filter.ThresholdFilter", "ch.qos.logback.classic.filter.LevelFilter");

  /** What may set variables, and bring appenders, that can't be known without doing it. */
  private static final Set<String> OTHER_SOURCES =
      Set.of("include", "define", "insertFromJNDI", "timestamp");

  private static final String UNDEFINED = "_IS_UNDEFINED";

  private final Problems problems;
  private final List<ConfigElement> all = new ArrayList<>();
  private final ContextBase properties = new ContextBase();
  private final Set<String> appenders = new LinkedHashSet<>();
  private final boolean selfContained;

  private LoggingFile(ConfigElement root, Problems problems) {
    this.problems = problems;
    collect(root);
    this.selfContained = all.stream().noneMatch(LoggingFile::isOtherSource);
    all.stream()
        .filter(LoggingFile::isProperty)
        .forEach(property -> replaced(property.attribute("value").orElse(""))
            .ifPresent(
                value -> properties.putProperty(property.attribute("name").orElse(""), value)));
    named("appender")
        .forEach(
            appender -> replaced(appender.attribute("name").orElse("")).ifPresent(appenders::add));
  }

  /** Without that file the log goes to the console. */
  static void check(ConfigurationFiles files, Problems problems) {
    if (Files.exists(files.folder().resolve(NAME))) {
      files
          .readAsItStands(NAME, "configuration", problems)
          .ifPresent(root -> new LoggingFile(root, problems).check());
    }
  }

  private void collect(ConfigElement element) {
    all.add(element);
    element.children().forEach(this::collect);
  }

  private static boolean isProperty(ConfigElement element) {
    return List.of("property", "variable", "substitutionProperty").contains(element.name());
  }

  private static boolean isOtherSource(ConfigElement element) {
    return OTHER_SOURCES.contains(element.name())
        || isProperty(element) && element.attribute("value").isEmpty();
  }

  private Stream<ConfigElement> named(String name) {
    return all.stream().filter(element -> element.name().equals(name));
  }

  private void check() {
    named("root").forEach(root -> levels(root, false));
    named("logger").forEach(logger -> levels(logger, !isRoot(logger)));
    named("filter")
        .filter(filter -> FILTERS.contains(filter.attribute("class").orElse("")))
        .flatMap(filter -> filter.children("level").stream())
        .forEach(level -> checkLevel(level.text(), level.location(), false));
    named("appender-ref").forEach(this::checkReference);
  }

  private static boolean isRoot(ConfigElement logger) {
    return logger.attribute("name").orElse("").equalsIgnoreCase("ROOT");
  }

  /** In its attribute, or in the older form of an element. */
  private void levels(ConfigElement logger, boolean mayInherit) {
    logger
        .attribute("level")
        .ifPresent(text -> checkLevel(text, logger.locationOf("level"), mayInherit));
    logger
        .children("level")
        .forEach(level -> level
            .attribute("value")
            .ifPresent(text -> checkLevel(text, level.locationOf("value"), mayInherit)));
  }

  private void checkLevel(String text, Location location, boolean mayInherit) {
    Optional<String> replaced = replaced(text);
    if (replaced.isEmpty()) {
      reportUnset(text, location);
      return;
    }
    String level = replaced.get();
    if (level.isEmpty()) {
      // Logback takes it for not set.
      return;
    }
    boolean known = LEVELS.stream().anyMatch(level::equalsIgnoreCase)
        || mayInherit && OF_PARENT.stream().anyMatch(level::equalsIgnoreCase);
    if (!known) {
      String hint = OF_PARENT.stream().anyMatch(level::equalsIgnoreCase)
          ? "; the root logger and filters have none above them"
          : "; there are " + String.join(", ", LEVELS);
      problems.error(location, "'" + level + "' isn't a level of the log" + hint);
    }
  }

  private void checkReference(ConfigElement reference) {
    Location location = reference.locationOf("ref");
    String written = reference.attribute("ref").orElse("");
    Optional<String> name = replaced(written);
    if (name.isEmpty()) {
      reportUnset(written, location);
    } else if (selfContained && !appenders.contains(name.get())) {
      problems.error(
          location,
          "there is no appender '" + name.get() + "'" + Suggestion.hint(name.get(), appenders));
    }
  }

  private void reportUnset(String text, Location location) {
    if (selfContained) {
      problems.error(location, "'" + text + "' holds a variable that isn't set and has no default");
    }
  }

  /** With the values of Logback's variables, as it finds them; empty when one can't be known. */
  private Optional<String> replaced(String text) {
    try {
      return Optional.of(OptionHelper.substVars(text, properties).strip())
          .filter(result -> !result.contains(UNDEFINED));
    } catch (ScanException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
