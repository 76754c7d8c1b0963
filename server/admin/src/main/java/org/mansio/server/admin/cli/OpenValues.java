package org.mansio.server.admin.cli;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/** JMX open types, as MXBeans have them on the wire, and the plain values that they stand for. */
final class OpenValues {
  private OpenValues() {}

  /** Lists for arrays, maps for composite data; the rest as it is. */
  static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof CompositeData data) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      data.getCompositeType().keySet().forEach(name -> fields.put(name, plain(data.get(name))));
      return fields;
    }
    if (value != null && value.getClass().isArray()) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        elements.add(plain(Array.get(value, i)));
      }
      return elements;
    }
    return value;
  }

  /**
   * An argument that a person wrote.
   *
   * @param type the parameter's, as {@code MBeanParameterInfo} names it
   * @throws IllegalArgumentException when the text isn't of the type, or nobody can write the type
   */
  static Object argument(String text, String type) {
    return switch (type) {
      case "java.lang.String" -> text;
      case "long", "java.lang.Long" -> number(text, Long::valueOf);
      case "int", "java.lang.Integer" -> number(text, Integer::valueOf);
      case "boolean", "java.lang.Boolean" -> flag(text);
      default ->
        throw new IllegalArgumentException(
            "an argument of type " + type + " can't be written here");
    };
  }

  private static <T> T number(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' isn't a whole number, or is too large", e);
    }
  }

  private static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }
}
