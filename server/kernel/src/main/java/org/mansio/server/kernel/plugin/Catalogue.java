package org.mansio.server.kernel.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of one kind that plugins contribute, by name. Filled while plugins are read, unchanged and thread-safe
 * afterwards.
 *
 * @param <T> the contributed type
 */
public final class Catalogue<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  private final String kind;
  private final Map<String, T> byName = new LinkedHashMap<>();
  private final Map<String, Owner> owners = new LinkedHashMap<>();

  /** The plugin that brings an entry, and where it lies. */
  private record Owner(String title, Location location) {}

  Catalogue(String kind) {
    this.kind = kind;
  }

  /** What its entries are called in messages, such as {@code mailet}. */
  public String kind() {
    return kind;
  }

  public Optional<T> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** In the order of registration. */
  public Collection<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** In the order of registration. */
  public List<T> all() {
    return new ArrayList<>(byName.values());
  }

  /** Adds an entry; a name that exists, in whatever case, is a problem that names both owners. */
  void add(String name, T entry, String owner, Location location, Problems problems) {
    String key = name.toLowerCase(Locale.ROOT);
    Owner other = owners.putIfAbsent(key, new Owner(owner, location));
    if (other == null) {
      byName.put(name, entry);
    } else {
      problems.error(
          location,
          owner + " brings the " + kind + " '" + name + "', which " + other.title()
              + " brings already");
    }
  }

  /** Where the plugin lies that brings an entry; of its class path where the server ships it. */
  public Location locationOf(String name) {
    return owner(name).location();
  }

  /**
   * What an entry answers; a plugin that breaks stops start-up by name, and not with a stack trace.
   *
   * @param method for messages, such as {@code settings}
   * @param location what is wrong then
   * @return empty when it fails or answers null, which is among the problems then
   */
  public <R> Optional<R> ask(
      String name,
      String method,
      Function<T, @Nullable R> call,
      Location location,
      Problems problems) {
    T entry = Objects.requireNonNull(byName.get(name));
    return ask(
        entry, kind + " '" + name + "'", owner(name).title(), method, call, location, problems);
  }

  /** @param what the entry, for messages */
  static <T, R> Optional<R> ask(
      T entry,
      String what,
      String owner,
      String method,
      Function<T, @Nullable R> call,
      Location location,
      Problems problems) {
    try {
      R answer = call.apply(entry);
      if (answer != null) {
        return Optional.of(answer);
      }
      problems.error(location, text(entry, what, owner, method) + " returned null");
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("{}() of {} failed", method, what, e);
      problems.error(location, text(entry, what, owner, method) + " failed: " + e);
    }
    return Optional.empty();
  }

  private static String text(Object entry, String what, String owner, String method) {
    return owner + ": " + method + "() of " + what + " (" + PluginContext.className(entry) + ")";
  }

  private Owner owner(String name) {
    return Objects.requireNonNull(owners.get(name.toLowerCase(Locale.ROOT)));
  }
}
