package org.mansio.server.admin.mailfile;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object. What isn't as it should be is an {@link IllegalArgumentException} that names the field.
 *
 * @param where the object's place, for errors
 */
record Fields(String where, Map<?, ?> values) {
  private <T> Optional<T> find(String name, Class<T> type) {
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(where + name + " has the wrong type");
    }
    return Optional.of(type.cast(value));
  }

  private <T> T need(String name, Class<T> type) {
    return find(name, type)
        .orElseThrow(() -> new IllegalArgumentException(where + name + " is missing"));
  }

  String text(String name) {
    return need(name, String.class);
  }

  Optional<String> optionalText(String name) {
    return find(name, String.class);
  }

  boolean flag(String name) {
    return need(name, Boolean.class);
  }

  int number(String name) {
    long number = need(name, Long.class);
    if (number != (int) number) {
      throw new IllegalArgumentException(where + name + " is out of range");
    }
    return (int) number;
  }

  Instant instant(String name) {
    return read(name, text(name), Instant::parse);
  }

  Optional<Instant> optionalInstant(String name) {
    return optionalText(name).map(text -> read(name, text, Instant::parse));
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    return read(name, text(name), text -> Enum.valueOf(type, text));
  }

  /** What a text stands for; any complaint of the reader names the field. */
  <T> T read(String name, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(where + name + ": " + e.getMessage(), e);
    }
  }

  Fields object(String name) {
    return new Fields(where + name + ".", need(name, Map.class));
  }

  Optional<Fields> optionalObject(String name) {
    return find(name, Map.class).map(values -> new Fields(where + name + ".", values));
  }

  List<Fields> objects(String name) {
    return list(
        name,
        (Object element) ->
            element instanceof Map<?, ?> object ? new Fields(where + name + ".", object) : null);
  }

  List<String> texts(String name) {
    return list(name, (Object element) -> element instanceof String text ? text : null);
  }

  private <T> List<T> list(String name, Function<Object, @Nullable T> reader) {
    List<?> elements = need(name, List.class);
    return elements.stream()
        .map(element -> Optional.ofNullable(element)
            .flatMap(present -> Optional.ofNullable(reader.apply(present)))
            .orElseThrow(
                () -> new IllegalArgumentException(where + name + " has an element of wrong type")))
        .toList();
  }
}
