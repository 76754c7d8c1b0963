package org.mansio.mailets.antispam.dnslist;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.spi.Services;
import org.mansio.spi.dns.DnsAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether lists work (RFC 5782 §5): a list that went out of business often lists the whole world, and would refuse all mail.
 * One that lists what never may be listed isn't asked until a later check finds it mended. Thread-safe.
 */
final class ListHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ListHealth.class);
  private static final InetAddress NEVER_LISTED = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress ALWAYS_LISTED = InetAddress.ofLiteral("127.0.0.2");
  private static final String NEVER_LISTED_NAME = "invalid";
  private static final String ALWAYS_LISTED_NAME = "test";

  private final Services services;
  private final long interval;
  private final InstantSource clock;
  private final Map<String, State> states = new ConcurrentHashMap<>();

  private record State(long checkedAt, boolean usable) {}

  /** @param interval between checks of a list; zero: never */
  ListHealth(Services services, Duration interval, InstantSource clock) {
    this.services = services;
    this.interval = interval.toMillis();
    this.clock = clock;
  }

  /** Whether the list may be asked; checks it when that is due, which takes two questions. */
  boolean usable(DnsList list, boolean ofDomains) {
    if (interval == 0) {
      return true;
    }
    String key = list.zone() + (ofDomains ? " domains" : " addresses");
    State known = states.get(key);
    if (known != null && clock.millis() - known.checkedAt() < interval) {
      return known.usable();
    }
    State state = check(list, ofDomains);
    states.put(key, state);
    return state.usable();
  }

  private State check(DnsList list, boolean ofDomains) {
    String never = ofDomains ? list.question(NEVER_LISTED_NAME) : list.question(NEVER_LISTED);
    String always = ofDomains ? list.question(ALWAYS_LISTED_NAME) : list.question(ALWAYS_LISTED);
    if (services.dns().addresses(never) instanceof DnsAnswer.Found<InetAddress> found) {
      LOG.error(
          "DNS list {} isn't asked any more: it lists {} ({}), which none may list (RFC 5782 §5)",
          list,
          never,
          found.records());
      return new State(clock.millis(), false);
    }
    switch (services.dns().addresses(always)) {
      case DnsAnswer.Found<InetAddress> ignored -> {}
      case DnsAnswer.Unknown<InetAddress>(String reason) ->
        LOG.warn("DNS list {} can't be checked: {}", list, reason);
      case DnsAnswer.NoData<InetAddress> none -> warnOfSilence(list, always);
      case DnsAnswer.NoSuchName<InetAddress>() -> warnOfSilence(list, always);
    }
    return new State(clock.millis(), true);
  }

  private static void warnOfSilence(DnsList list, String always) {
    LOG.warn("DNS list {} doesn't list {}, as it should (RFC 5782 §5); is it alive?", list, always);
  }
}
