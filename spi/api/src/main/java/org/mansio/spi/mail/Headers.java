package org.mansio.spi.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The header fields of a message in their order (RFC 5322 §2.2), each kept as it was received, so that what nobody edits
 * leaves byte-identical.
 *
 * @param fields top to bottom
 */
public record Headers(List<HeaderField> fields) {
  public Headers {
    fields = List.copyOf(fields);
  }

  public static Headers empty() {
    return new Headers(List.of());
  }

  /** The topmost field of that name. */
  public Optional<HeaderField> first(String name) {
    return fields.stream().filter(field -> field.is(name)).findFirst();
  }

  /** The value of the topmost field of that name, unfolded. */
  public Optional<String> value(String name) {
    return first(name).map(HeaderField::value);
  }

  /** All fields of that name, top to bottom. */
  public List<HeaderField> all(String name) {
    return fields.stream().filter(field -> field.is(name)).toList();
  }

  public boolean contains(String name) {
    return first(name).isPresent();
  }

  /** With a field on top, where trace fields belong (RFC 5321 §4.4). */
  public Headers prepend(HeaderField field) {
    List<HeaderField> result = new ArrayList<>(fields.size() + 1);
    result.add(field);
    result.addAll(fields);
    return new Headers(result);
  }

  /** With a field at the end. */
  public Headers append(HeaderField field) {
    List<HeaderField> result = new ArrayList<>(fields);
    result.add(field);
    return new Headers(result);
  }

  /** With that field instead of all of its name: in the place of the first of them, else at the end. */
  public Headers set(HeaderField field) {
    List<HeaderField> result = new ArrayList<>(fields.size() + 1);
    boolean placed = false;
    for (HeaderField old : fields) {
      if (!old.is(field.name())) {
        result.add(old);
      } else if (!placed) {
        result.add(field);
        placed = true;
      }
    }
    if (!placed) {
      result.add(field);
    }
    return new Headers(result);
  }

  /** Without all fields of that name. */
  public Headers remove(String name) {
    return removeIf(field -> field.is(name));
  }

  /** Without all fields whose name starts so; names have no case. */
  public Headers removePrefix(String prefix) {
    String lower = prefix.toLowerCase(Locale.ROOT);
    return removeIf(field -> field.name().toLowerCase(Locale.ROOT).startsWith(lower));
  }

  private Headers removeIf(Predicate<HeaderField> condition) {
    return new Headers(fields.stream().filter(condition.negate()).toList());
  }

  /** As in a message, each field ended by CR LF, without the empty line that follows. */
  public byte[] octets() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fields.forEach(field -> out.writeBytes(field.octets()));
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return new String(octets(), StandardCharsets.UTF_8);
  }
}
