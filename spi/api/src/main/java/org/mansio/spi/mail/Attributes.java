package org.mansio.spi.mail;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What mailets have learnt about a mail, by name. Names that start with {@code mansio.} belong to the server. Immutable.
 *
 * @param values name to value
 */
public record Attributes(Map<String, AttributeValue> values) {
  /** Text: why the mail is in the error processor, one line. */
  public static final String ERROR = "mansio.error";

  /** Texts: class names of the exception that led to the error processor, the thrown class first, then its superclasses. */
  public static final String EXCEPTION = "mansio.exception";

  /** Text: until when delivery is tried, as {@code 2026-03-01T08:00:00Z}; on mail whose delay is about to be reported. */
  public static final String RETRIED_UNTIL = "mansio.retried-until";

  /** Text: why the mail is to be kept from its recipients until somebody has looked at it, one line. */
  public static final String QUARANTINE = "mansio.quarantine";

  /**
   * Text: the queue id of the mail that this one is about; on mail that the queue has brought back into the chain, so that its
   * sender hears what became of it.
   */
  public static final String REPORT_ON = "mansio.report-on";

  public Attributes {
    values = Map.copyOf(values);
  }

  public static Attributes none() {
    return new Attributes(Map.of());
  }

  public Optional<AttributeValue> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The attribute's value as text; empty when it isn't set. */
  public Optional<String> text(String name) {
    return get(name).map(AttributeValue::asText);
  }

  public boolean contains(String name) {
    return values.containsKey(name);
  }

  public Attributes with(String name, AttributeValue value) {
    Map<String, AttributeValue> result = new LinkedHashMap<>(values);
    result.put(name, value);
    return new Attributes(result);
  }

  public Attributes with(String name, String value) {
    return with(name, new AttributeValue.Text(value));
  }

  public Attributes without(String name) {
    Map<String, AttributeValue> result = new LinkedHashMap<>(values);
    result.remove(name);
    return new Attributes(result);
  }
}
