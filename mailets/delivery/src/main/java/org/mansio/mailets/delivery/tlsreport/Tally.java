package org.mansio.mailets.delivery.tlsreport;

import java.util.LinkedHashMap;
import java.util.Map;

/** What became of TLS under one policy on one day. Changes; guarded by its owner's lock. */
final class Tally {
  /** Kinds of failure kept apart for one policy; further ones count in the sum only. */
  static final int MAX_DETAILS = 100;

  private final Map<FailureDetail, Long> details = new LinkedHashMap<>();
  private long successes;
  private long failures;

  void success(long count) {
    successes += count;
  }

  /** Counts failures that no detail stands for any more. */
  void failure(long count) {
    failures += count;
  }

  void failure(FailureDetail detail, long count) {
    failures += count;
    if (details.containsKey(detail) || details.size() < MAX_DETAILS) {
      details.merge(detail, count, Long::sum);
    }
  }

  long successes() {
    return successes;
  }

  long failures() {
    return failures;
  }

  Map<FailureDetail, Long> details() {
    return details;
  }

  Tally copy() {
    Tally copy = new Tally();
    copy.successes = successes;
    copy.failures = failures;
    copy.details.putAll(details);
    return copy;
  }
}
