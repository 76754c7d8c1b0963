package org.mansio.server.kernel.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration can't be used. The message has one line for each problem. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** @param problems at least one */
  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
