package org.mansio.server.kernel.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks of structure that every file needs: nothing unknown, nothing missing, nothing twice. */
public final class Grammar {
  private Grammar() {}

  /** Reports every attribute that isn't among the known ones. */
  public static void attributes(ConfigElement element, Problems problems, String... known) {
    List<String> names = List.of(known);
    element.attributes().forEach((name, attribute) -> {
      if (!names.contains(name)) {
        String hint = names.isEmpty() ? "; it has none" : Suggestion.hint(name, names);
        problems.error(
            attribute.location(),
            "unknown attribute '" + name + "' of <" + element.name() + ">" + hint);
      }
    });
  }

  /** Reports every child that isn't among the known ones, and text. */
  public static void children(ConfigElement element, Problems problems, String... known) {
    for (ConfigElement child : element.children()) {
      if (!List.of(known).contains(child.name())) {
        unknownElement(child, element.name(), List.of(known), problems);
      }
    }
    if (!element.text().isEmpty() && element.children().isEmpty()) {
      problems.error(element.location(), "<" + element.name() + "> takes no text");
    }
  }

  /** Reports one unknown element. */
  public static void unknownElement(
      ConfigElement child, String parent, Collection<String> known, Problems problems) {
    String hint = known.isEmpty() ? "; it takes none" : Suggestion.hint(child.name(), known);
    problems.error(
        child.location(), "unknown element <" + child.name() + "> in <" + parent + ">" + hint);
  }

  /** The value of an attribute that must be there and not empty. */
  public static Optional<String> required(
      ConfigElement element, String attribute, Problems problems) {
    Optional<String> value = element.attribute(attribute).filter(text -> !text.isEmpty());
    if (value.isEmpty()) {
      problems.error(
          element.locationOf(attribute),
          "<" + element.name() + "> needs the attribute '" + attribute + "'");
    }
    return value;
  }

  /** The one child of that name; a second one is reported. */
  public static Optional<ConfigElement> single(
      ConfigElement element, String child, Problems problems) {
    List<ConfigElement> found = element.children(child);
    found.stream()
        .skip(1)
        .forEach(second -> problems.error(
            second.location(), "<" + child + "> stands twice in <" + element.name() + ">"));
    return found.stream().findFirst();
  }
}
