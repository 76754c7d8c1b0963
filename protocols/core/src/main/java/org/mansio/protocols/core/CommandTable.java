package org.mansio.protocols.core;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs of a protocol, each once, whoever contributed it. Immutable; thread-safe.
 *
 * @param <C> what the protocol keeps for a verb: flags, limits, handler
 */
public final class CommandTable<C> {
  private final Map<String, C> commands;

  private CommandTable(Map<String, C> commands) {
    this.commands = Collections.unmodifiableMap(commands);
  }

  /** The command of a verb, in any case of ASCII letters. */
  public Optional<C> find(String verb) {
    C exact = commands.get(verb);
    if (exact != null) {
      return Optional.of(exact);
    }
    // Some letters beyond ASCII have a capital within it.
    return verb.chars().allMatch(c -> c < 128)
        ? Optional.ofNullable(commands.get(verb.toUpperCase(Locale.ROOT)))
        : Optional.empty();
  }

  /** In the order they were added. */
  public Collection<C> all() {
    return commands.values();
  }

  /** Gathers a table. */
  public static final class Builder<C> {
    private final Map<String, C> commands = new LinkedHashMap<>();

    /**
     * Adds a command.
     *
     * @throws IllegalArgumentException when the verb isn't upper-case letters and digits, or stands there already
     */
    public Builder<C> add(String verb, C command) {
      if (!verb.matches("[A-Z][A-Z0-9]*")) {
        throw new IllegalArgumentException("not a verb: '" + verb + "'");
      }
      if (commands.putIfAbsent(verb, command) != null) {
        throw new IllegalArgumentException("the verb " + verb + " is there twice");
      }
      return this;
    }

    public CommandTable<C> build() {
      return new CommandTable<>(new LinkedHashMap<>(commands));
    }
  }
}
