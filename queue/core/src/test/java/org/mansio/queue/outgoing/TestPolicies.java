package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Policies for tests: an hour between attempts, given up after 5 days, told of after 4 hours. */
final class TestPolicies {
  static final RetrySchedule SCHEDULE = new RetrySchedule(
      List.of(Duration.ofHours(1)), Duration.ofDays(5), List.of(Duration.ofHours(4)));

  private TestPolicies() {}

  static LanePolicies of(RateLimits rates) {
    return LanePolicies.of(new LanePolicy(
        OptionalInt.empty(), LanePolicy.INITIAL_CONCURRENCY, rates, SCHEDULE));
  }
}
