package org.mansio.server.processor;

import java.util.Optional;
import org.mansio.spi.mailet.Matcher;

/**
 * What stands before a mailet.
 *
 * @param matcher empty for All, which costs nothing
 * @param negated whether it is meant the other way round: {@code notmatch}
 * @param text as operators know it
 */
record Condition(Optional<Matcher> matcher, boolean negated, String text) {
  static final String ALL = "All";

  static Condition all() {
    return new Condition(Optional.empty(), false, ALL);
  }

  /** As the trace shows it, with whether it is negated. */
  String shown() {
    return negated ? "not " + text : text;
  }

  /** Whether each recipient of each mail matches. */
  boolean isAll() {
    return matcher.isEmpty() && !negated;
  }
}
