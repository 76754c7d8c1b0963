package org.mansio.server.kernel;

import java.util.List;
import java.util.Map;

/** A processor of the chain, for the operator. */
public record ProcessorDescription(String name, List<Step> steps) {
  /**
   * A mailet in its place.
   *
   * @param position counts from 0
   * @param condition such as {@code RecipientIs=a@example.org}, {@code not …} for notmatch, {@code All}
   * @param settings as set in the file, secrets hidden
   * @param location file, line and column
   */
  public record Step(
      int position,
      String mailet,
      String condition,
      Map<String, String> settings,
      String location) {
    public Step {
      settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
    }
  }

  public ProcessorDescription {
    steps = List.copyOf(steps);
  }
}
