package org.mansio.mailets.delivery.sts;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the policy in force for a domain. A valid policy holds whatever becomes of the record or of the web server (RFC 8461
 * §5.1): only a newer one replaces it. Blocks for DNS, and for the web server where no policy is known yet. Thread-safe.
 */
public final class StsPolicies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StsPolicies.class);

  /** RFC 8461 §3.3: a web server that fails isn't asked for each mail. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** RFC 8461 §10.2 advises to fetch in good time before a policy ends, daily for instance. */
  static final Duration REFRESH = Duration.ofDays(1);

  /** Domains whose web servers failed that are remembered; more are asked again. */
  private static final int MAX_FAILURES = 10_000;

  private final DnsResolver dns;
  private final StsStore store;
  private final StsFetcher fetcher;
  private final InstantSource clock;
  private final Map<String, Failure> failures = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Failure> eldest) {
      return size() > MAX_FAILURES;
    }
  };
  private final Set<String> refreshing = ConcurrentHashMap.newKeySet();

  private record Failure(Instant until, StsException cause) {}

  /**
   * What holds for a domain.
   *
   * @param policy in force, of any mode
   * @param problem why a policy that is announced isn't known, or isn't the newest
   */
  public record Answer(Optional<StsPolicy> policy, Optional<StsException> problem) {}

  /** @param folder where policies are kept */
  public static StsPolicies open(DnsResolver dns, Path folder) {
    StsStore store = new StsStore(folder);
    Thread.ofVirtual().name("mta-sts-clean").start(() -> store.clean(Instant.now()));
    return new StsPolicies(dns, store, StsFetcher.of(dns), InstantSource.system());
  }

  StsPolicies(DnsResolver dns, StsStore store, StsFetcher fetcher, InstantSource clock) {
    this.dns = dns;
    this.store = store;
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /** @param domain of the recipients, lower case (RFC 8461 §2: the policy domain) */
  public Answer find(String domain) throws InterruptedException {
    Instant now = clock.instant();
    Optional<StsStore.Kept> kept = store.find(domain).filter(policy -> policy.isValid(now));
    // RFC 8461 §5.1: no record, or none to be had, means no newer policy, not that there is none.
    Optional<StsRecord> record =
        dns.txt("_mta-sts." + domain) instanceof DnsAnswer.Found<String> found
            ? StsRecord.of(found.records())
            : Optional.empty();
    if (record.isEmpty()) {
      return new Answer(kept.map(StsStore.Kept::policy), Optional.empty());
    }
    String id = record.get().id();
    if (kept.isEmpty() || !kept.get().id().equals(id)) {
      return fetch(domain, id, kept, now);
    }
    if (kept.get().fetched().plus(refreshAfter(kept.get())).isBefore(now)) {
      refresh(domain, id, kept, now);
    }
    return new Answer(kept.map(StsStore.Kept::policy), Optional.empty());
  }

  private static Duration refreshAfter(StsStore.Kept kept) {
    Duration half = kept.policy().maxAge().dividedBy(2);
    return half.compareTo(REFRESH) < 0 ? half : REFRESH;
  }

  private Answer fetch(String domain, String id, Optional<StsStore.Kept> kept, Instant now)
      throws InterruptedException {
    Optional<StsException> recent = recentFailure(domain, now);
    if (recent.isPresent()) {
      return new Answer(kept.map(StsStore.Kept::policy), recent);
    }
    try {
      StsPolicy policy = fetcher.fetch(domain);
      store.keep(domain, new StsStore.Kept(policy, id, now));
      return new Answer(Optional.of(policy), Optional.empty());
    } catch (StsException e) {
      LOG.info("MTA-STS policy of {} can't be had: {}", domain, e.getMessage());
      synchronized (failures) {
        failures.put(domain, new Failure(now.plus(PAUSE), e));
      }
      return new Answer(kept.map(StsStore.Kept::policy), Optional.of(e));
    }
  }

  /** Beside the delivery, which goes by the policy that is there. */
  private void refresh(String domain, String id, Optional<StsStore.Kept> kept, Instant now) {
    if (recentFailure(domain, now).isPresent() || !refreshing.add(domain)) {
      return;
    }
    Thread.ofVirtual().name("mta-sts-refresh").start(() -> {
      try {
        fetch(domain, id, kept, now);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        refreshing.remove(domain);
      }
    });
  }

  private Optional<StsException> recentFailure(String domain, Instant now) {
    synchronized (failures) {
      Failure failure = failures.get(domain);
      if (failure == null) {
        return Optional.empty();
      }
      if (now.isBefore(failure.until())) {
        return Optional.of(failure.cause());
      }
      failures.remove(domain);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
