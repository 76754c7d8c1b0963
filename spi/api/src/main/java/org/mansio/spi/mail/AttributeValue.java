package org.mansio.spi.mail;

import java.util.List;

/** A typed value of a mail attribute. The closed set keeps the queue's format free of foreign classes. */
public sealed interface AttributeValue {
  /** The value as text, for headers, matchers and the trace. */
  String asText();

  /** Text of any length a header may have. */
  record Text(String value) implements AttributeValue {
    @Override
    public String asText() {
      return value;
    }
  }

  /** A whole number. */
  record Whole(long value) implements AttributeValue {
    @Override
    public String asText() {
      return Long.toString(value);
    }
  }

  /** True or false. */
  record Flag(boolean value) implements AttributeValue {
    @Override
    public String asText() {
      return Boolean.toString(value);
    }
  }

  /** Several texts in order. */
  record Texts(List<String> values) implements AttributeValue {
    public Texts {
      values = List.copyOf(values);
    }

    @Override
    public String asText() {
      return String.join(", ", values);
    }
  }
}
