package org.mansio.server.kernel.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** "Did you mean": the known name that is nearest to an unknown one. */
public final class Suggestion {
  /** Up to a third of the letters may differ, and two swapped ones in a short name; more would be guessing. */
  private static final int LETTERS_PER_MISTAKE = 3;

  private static final int SHORT = 4;

  /** A longer list helps nobody in an error message. */
  private static final int MAX_LISTED = 12;

  private Suggestion() {}

  /** The nearest name; one that differs in case only comes first. */
  public static Optional<String> nearest(String unknown, Collection<String> known) {
    String wanted = unknown.toLowerCase(Locale.ROOT);
    int limit = wanted.length() < SHORT ? 1 : Math.max(2, wanted.length() / LETTERS_PER_MISTAKE);
    return known.stream()
        .filter(name -> distance(wanted, name) <= limit)
        .min(Comparator.comparingInt((String name) -> distance(wanted, name))
            .thenComparing(name -> name));
  }

  /** {@code ; did you mean 'x'?}, or the known names when there are few, or nothing. */
  public static String hint(String unknown, Collection<String> known) {
    Optional<String> nearest = nearest(unknown, known);
    if (nearest.isPresent()) {
      String difference =
          nearest.get().equalsIgnoreCase(unknown) ? " (names are case-sensitive)" : "";
      return "; did you mean '" + nearest.get() + "'?" + difference;
    }
    if (known.isEmpty()) {
      return "; none is known here";
    }
    if (known.size() > MAX_LISTED) {
      return "";
    }
    return "; known: " + String.join(", ", known.stream().sorted().toList());
  }

  private static int distance(String wanted, String name) {
    return LevenshteinDistance.getDefaultInstance().apply(wanted, name.toLowerCase(Locale.ROOT));
  }
}
