package org.mansio.server.kernel.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;

/**
 * Everything of one kind that plugins contribute, by name. Filled while plugins are read, unchanged and thread-safe
 * afterwards.
 *
 * @param <T> the contributed type
 */
public final class Catalogue<T> {
  private final String kind;
  private final Map<String, T> byName = new LinkedHashMap<>();
  private final Map<String, String> owners = new LinkedHashMap<>();

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
    String other = owners.putIfAbsent(key, owner);
    if (other == null) {
      byName.put(name, entry);
    } else {
      problems.error(
          location,
          owner + " brings the " + kind + " '" + name + "', which " + other + " brings already");
    }
  }
}
