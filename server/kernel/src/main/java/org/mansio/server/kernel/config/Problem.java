package org.mansio.server.kernel.config;

import java.util.Objects;

/**
 * Something wrong, or doubtful, in the configuration.
 *
 * @param severity whether it stops start-up
 * @param location where
 * @param message what is wrong and what would be right; one line, no secrets
 */
public record Problem(Severity severity, Location location, String message) {
  /** Whether start-up goes on. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public Problem {
    Objects.requireNonNull(severity);
    Objects.requireNonNull(location);
    Objects.requireNonNull(message);
  }

  /** {@code file:line:column: message}; warnings say that they are. */
  @Override
  public String toString() {
    return location + ": " + (severity == Severity.WARNING ? "warning: " : "") + message;
  }
}
