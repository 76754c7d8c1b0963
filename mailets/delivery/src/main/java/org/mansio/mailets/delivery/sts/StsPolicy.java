package org.mansio.mailets.delivery.sts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A domain's policy (RFC 8461 §3.2). Immutable.
 *
 * @param mx patterns of the hosts, lower case; may be empty only where the mode is none
 * @param maxAge how long it holds from when it was fetched
 * @param lines its lines as they came, for reports
 */
public record StsPolicy(Mode mode, List<String> mx, Duration maxAge, List<String> lines) {
  /** RFC 8461 §3.2: a year, in seconds. */
  static final long MAX_AGE_SECONDS = 31_557_600;

  /** Patterns taken; a domain with more is out to make work. */
  static final int MAX_PATTERNS = 100;

  private static final int MAX_LINES = 1_000;

  /** What becomes of mail that can't go as the policy says. */
  public enum Mode {
    /** It doesn't go. */
    ENFORCE,
    /** It goes, and the failure is reported. */
    TESTING,
    /** There is no policy any more. */
    NONE
  }

  public StsPolicy {
    mx = List.copyOf(mx);
    lines = List.copyOf(lines);
  }

  /** @throws StsException when it isn't a policy (RFC 8461 §3.2) */
  public static StsPolicy parse(String text) throws StsException {
    List<String> lines =
        text.lines().limit(MAX_LINES).filter(line -> !line.isBlank()).toList();
    // Of a field that stands twice the first counts, but for mx (RFC 8461 §3.2).
    Optional<String> version = first(lines, "version");
    Optional<String> mode = first(lines, "mode");
    if (!version.equals(Optional.of("STSv1"))) {
      throw new StsException(StsException.Kind.INVALID, "the policy has no version STSv1");
    }
    List<String> mx = all(lines, "mx").stream()
        .map(pattern -> pattern.toLowerCase(Locale.ROOT))
        .limit(MAX_PATTERNS)
        .toList();
    Mode parsed = switch (mode.orElse("")) {
      case "enforce" -> Mode.ENFORCE;
      case "testing" -> Mode.TESTING;
      case "none" -> Mode.NONE;
      default ->
        throw new StsException(
            StsException.Kind.INVALID, "the policy has no mode of enforce, testing and none");
    };
    if (mx.isEmpty() && parsed != Mode.NONE) {
      throw new StsException(StsException.Kind.INVALID, "the policy names no mx");
    }
    return new StsPolicy(parsed, mx, maxAge(first(lines, "max_age").orElse("")), lines);
  }

  private static Duration maxAge(String text) throws StsException {
    if (!text.matches("[0-9]{1,10}")) {
      throw new StsException(StsException.Kind.INVALID, "the policy has no max_age in seconds");
    }
    return Duration.ofSeconds(Math.min(Long.parseLong(text), MAX_AGE_SECONDS));
  }

  private static Optional<String> first(List<String> lines, String name) {
    return all(lines, name).stream().findFirst();
  }

  private static List<String> all(List<String> lines, String name) {
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        values.add(line.substring(colon + 1).strip());
      }
    }
    return values;
  }

  /** RFC 8461 §4.1: a wildcard stands for exactly one label, the leftmost. @param host without the final dot */
  public boolean allows(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    int dot = name.indexOf('.');
    return mx.stream()
        .anyMatch(pattern -> pattern.startsWith("*.")
            ? dot > 0 && name.substring(dot).equals(pattern.substring(1))
            : pattern.equals(name));
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}
