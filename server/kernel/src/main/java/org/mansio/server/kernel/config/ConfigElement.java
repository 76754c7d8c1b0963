package org.mansio.server.kernel.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One element of a configuration file, with variables replaced and includes taken in. Immutable.
 *
 * @param name the element's name
 * @param attributes in the order of the file; those of XML Schema and namespaces are left out
 * @param text the element's own text, trimmed
 * @param children in the order of the file
 * @param location of its {@code <}
 */
public record ConfigElement(
    String name,
    Map<String, Attribute> attributes,
    String text,
    List<ConfigElement> children,
    Location location) {

  /** An attribute's value and where its name stands. */
  public record Attribute(String value, Location location) {
    public Attribute {
      Objects.requireNonNull(value);
      Objects.requireNonNull(location);
    }
  }

  public ConfigElement {
    Objects.requireNonNull(name);
    Objects.requireNonNull(text);
    Objects.requireNonNull(location);
    attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    children = List.copyOf(children);
  }

  /** The trimmed value; empty when the attribute is absent. */
  public Optional<String> attribute(String attributeName) {
    return Optional.ofNullable(attributes.get(attributeName)).map(a -> a.value().strip());
  }

  /** Where the attribute stands, or the element when it is absent. */
  public Location locationOf(String attributeName) {
    Attribute attribute = attributes.get(attributeName);
    return attribute == null ? location : attribute.location();
  }

  /** The first child of that name. */
  public Optional<ConfigElement> child(String childName) {
    return children.stream().filter(c -> c.name().equals(childName)).findFirst();
  }

  /** All children of that name, in order. */
  public List<ConfigElement> children(String childName) {
    return children.stream().filter(c -> c.name().equals(childName)).toList();
  }

  /** The same element with other children. */
  public ConfigElement withChildren(List<ConfigElement> newChildren) {
    return new ConfigElement(name, attributes, text, newChildren, location);
  }
}
