package org.mansio.server.kernel.config;

import java.util.ArrayList;
import java.util.List;
import org.mansio.server.kernel.config.Problem.Severity;

/** Collects what is wrong, so that an operator learns all of it at once. Used by one thread. */
public final class Problems {
  private final List<Problem> all = new ArrayList<>();

  /** Something that stops start-up. */
  public void error(Location location, String message) {
    all.add(new Problem(Severity.ERROR, location, message));
  }

  /** Something doubtful that doesn't. */
  public void warning(Location location, String message) {
    all.add(new Problem(Severity.WARNING, location, message));
  }

  public boolean hasErrors() {
    return !errors().isEmpty();
  }

  /** In the order they were found. */
  public List<Problem> errors() {
    return all.stream().filter(p -> p.severity() == Severity.ERROR).toList();
  }

  public List<Problem> warnings() {
    return all.stream().filter(p -> p.severity() == Severity.WARNING).toList();
  }

  /** How many errors there are so far; to tell whether a step added some. */
  public int errorCount() {
    return errors().size();
  }

  /**
   * Ends the checks.
   *
   * @throws ConfigurationException when there is an error
   */
  public void throwIfErrors() throws ConfigurationException {
    if (hasErrors()) {
      throw new ConfigurationException(errors());
    }
  }
}
