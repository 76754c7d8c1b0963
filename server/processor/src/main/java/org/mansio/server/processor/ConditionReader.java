package org.mansio.server.processor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Suggestion;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.server.processor.CompositeMatcher.Child;
import org.mansio.server.processor.CompositeMatcher.Operation;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;

/** Reads the conditions of one processor, named matchers included. Used by one thread. */
final class ConditionReader {
  private static final String MATCH = "match";
  private static final String NOT_MATCH = "notmatch";

  private final PluginRegistry plugins;
  private final Services services;
  private final Problems problems;
  private final Map<String, Optional<Condition>> named = new LinkedHashMap<>();
  private final Map<String, Location> definitions = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  ConditionReader(PluginRegistry plugins, Services services, Problems problems) {
    this.plugins = plugins;
    this.services = services;
    this.problems = problems;
  }

  /** Reads a {@code <matcher name="…">} that stands directly in the processor. */
  void define(ConfigElement element) {
    Grammar.attributes(element, problems, "name", MATCH, NOT_MATCH);
    Optional<Condition> condition = composite(element);
    Optional<String> name = Grammar.required(element, "name", problems);
    if (name.isEmpty()) {
      return;
    }
    if (plugins.matchers().find(name.get()).isPresent() || isReserved(name.get())) {
      problems.error(
          element.locationOf("name"),
          "'" + name.get() + "' is a matcher already; choose another name");
    } else if (named.containsKey(name.get())) {
      problems.error(
          element.locationOf("name"),
          "two matchers of the processor have the name '" + name.get() + "'");
    } else {
      named.put(name.get(), condition);
      definitions.put(name.get(), element.location());
    }
  }

  private static boolean isReserved(String name) {
    return name.equals(Condition.ALL) || Operation.find(name).isPresent();
  }

  /** The condition in the attributes of a mailet; empty when it can't be read, which is among the problems then. */
  Optional<Condition> ofMailet(ConfigElement mailet) {
    return single(mailet, true);
  }

  /** Warns of named matchers that nothing uses. */
  void reportUnused() {
    definitions.forEach((name, location) -> {
      if (!used.contains(name)) {
        problems.warning(location, "no mailet uses the matcher '" + name + "'");
      }
    });
  }

  private Optional<Condition> composite(ConfigElement element) {
    Grammar.children(element, problems, "matcher");
    String name = ChainName.shorten(element.attribute(MATCH).orElse(""));
    Optional<Operation> operation = Operation.find(name);
    if (operation.isEmpty()) {
      if (!element.children().isEmpty()) {
        problems.error(
            element.locationOf(MATCH),
            "only And, Or, Not and Xor take other matchers, not '" + name + "'");
        return Optional.empty();
      }
      return single(element, false);
    }
    List<Child> children = new ArrayList<>();
    for (ConfigElement child : element.children("matcher")) {
      Grammar.attributes(child, problems, MATCH, NOT_MATCH);
      composite(child).map(Child::new).ifPresent(children::add);
    }
    if (element.children("matcher").size() < operation.get().minimum()) {
      problems.error(
          element.location(),
          name + " needs at least " + operation.get().minimum() + " <matcher match=\"…\"/> in it");
      return Optional.empty();
    }
    return Optional.of(
        new Condition(Optional.of(new CompositeMatcher(operation.get(), children)), false, name));
  }

  private Optional<Condition> single(ConfigElement element, boolean mayBeAbsent) {
    Optional<String> match = element.attribute(MATCH);
    Optional<String> notMatch = element.attribute(NOT_MATCH);
    if (match.isPresent() && notMatch.isPresent()) {
      problems.error(element.locationOf(NOT_MATCH), "match and notmatch exclude each other");
      return Optional.empty();
    }
    if (match.isEmpty() && notMatch.isEmpty()) {
      if (mayBeAbsent) {
        return Optional.of(Condition.all());
      }
      problems.error(element.location(), "<matcher> needs the attribute 'match' or 'notmatch'");
      return Optional.empty();
    }
    boolean negated = notMatch.isPresent();
    Location location = element.locationOf(negated ? NOT_MATCH : MATCH);
    return named(match.or(() -> notMatch).orElse(""), location)
        .map(c -> new Condition(c.matcher(), c.negated() != negated, c.text()));
  }

  private Optional<Condition> named(String text, Location location) {
    int equals = text.indexOf('=');
    String written = (equals < 0 ? text : text.substring(0, equals)).strip();
    String name = ChainName.shorten(written);
    String argument = equals < 0 ? "" : text.substring(equals + 1).strip();
    if (named.containsKey(name) && equals < 0) {
      used.add(name);
      return named
          .getOrDefault(name, Optional.empty())
          .map(c -> new Condition(c.matcher(), c.negated(), name));
    }
    if (name.equals(Condition.ALL) && argument.isEmpty()) {
      return Optional.of(Condition.all());
    }
    if (Operation.find(name).isPresent()) {
      problems.error(
          location,
          name + " combines matchers: define <matcher name=\"…\" match=\"" + name
              + "\"> with matchers in it before, and write its name here");
      return Optional.empty();
    }
    Optional<MatcherFactory> factory = plugins.matchers().find(name);
    if (factory.isEmpty()) {
      problems.error(
          location, "unknown matcher '" + written + "'" + Suggestion.hint(name, knownNames()));
      return Optional.empty();
    }
    return create(factory.get(), argument, location)
        .map(matcher ->
            new Condition(Optional.of(matcher), false, name + (equals < 0 ? "" : "=" + argument)));
  }

  private List<String> knownNames() {
    List<String> names = new ArrayList<>(plugins.matchers().names());
    names.addAll(named.keySet());
    names.add(Condition.ALL);
    return names.stream().distinct().toList();
  }

  private Optional<Matcher> create(MatcherFactory factory, String argument, Location location) {
    try {
      return Optional.of(factory.create(argument, services));
    } catch (InvalidSettingException e) {
      problems.error(location, "condition of matcher " + factory.name() + ": " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      problems.error(
          location,
          "matcher " + factory.name() + " could not be made by " + PluginContext.className(factory)
              + ": " + e);
    }
    return Optional.empty();
  }
}
