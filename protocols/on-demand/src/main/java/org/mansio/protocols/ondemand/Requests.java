package org.mansio.protocols.ondemand;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last request for each customer's domain. Bounded by the domains that were granted; lost at a restart. Thread-safe. */
final class Requests {
  private static final Logger log = LoggerFactory.getLogger(Requests.class);

  // Subdomains make the granted domains many; who is asked about them is an operator.
  private static final int MAX_KEPT = 10_000;

  private final Clock clock;
  private final Map<String, Request> last = new ConcurrentHashMap<>();

  Requests(Clock clock) {
    this.clock = clock;
  }

  /**
   * A request that was granted.
   *
   * @param by the session, or an operator
   * @param result one line
   */
  record Request(Instant at, String verb, String by, String result) {}

  void note(Domains domains, String verb, String by, String result) {
    log.info("{} {} by {}: {}", verb, domains, by, result);
    if (last.size() < MAX_KEPT || last.containsKey(domains.domain())) {
      last.put(domains.domain(), new Request(clock.instant(), verb, by, result));
    }
  }

  Optional<Request> last(String domain) {
    return Optional.ofNullable(last.get(domain));
  }
}
