package org.mansio.mailets.delivery;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.mansio.mailets.delivery.route.DomainPattern;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.settings.InvalidSettingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the domains that one provider hosts one destination, so that concurrency, rate and back-off are kept for the provider:
 * to it, a thousand domains are one queue. A domain is its provider's when all its MX hosts are below the provider's name.
 *
 * <p>The first mail for a domain asks for its MX records, and waits for them a moment at the most; without an answer it is a
 * destination of its own, which costs nothing but the sharing. While the DNS is silent nobody waits. Thread-safe.
 */
final class MxRollup {
  private static final Logger LOG = LoggerFactory.getLogger(MxRollup.class);

  /** Whoever has the same best MX host shares a destination that is named by it. */
  static final String ANY = "*";

  /** A chain goes on after this; a name server that is well answers in a tenth of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long the DNS isn't asked again for domains after it was silent. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  /** What is known is good for so long: domains seldom move, and a wrong lane does no harm. */
  private static final Duration KEPT = Duration.ofHours(1);

  /** Some hundred bytes each; the one not asked for longest goes first. */
  private static final int MAX_DOMAINS = 100_000;

  private final List<String> providers;
  private final DnsResolver dns;
  private final LongSupplier nanos;
  private final Duration patience;
  private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
      return size() > MAX_DOMAINS;
    }
  };
  private volatile Optional<Long> quietUntil = Optional.empty();

  private record Known(String destination, long until) {}

  /** @param providers names of domains below which MX hosts lie, or {@link #ANY} */
  MxRollup(List<String> providers, DnsResolver dns) {
    this(providers, dns, System::nanoTime, PATIENCE);
  }

  MxRollup(List<String> providers, DnsResolver dns, LongSupplier nanos, Duration patience) {
    this.providers = providers.stream()
        .map(provider -> provider.toLowerCase(Locale.ROOT))
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
    this.dns = dns;
    this.nanos = nanos;
    this.patience = patience;
  }

  /** Reads the name of a provider, or {@link #ANY}. */
  static String provider(String text) throws InvalidSettingException {
    String name = text.equals(ANY) ? text : DomainPattern.parse(text);
    if (name.startsWith(".")) {
      throw new InvalidSettingException(
          "'" + text + "': all below the name is meant already; write it without the dot in front");
    }
    return name;
  }

  /** The destination that mail for a domain shares: its provider's name, or its own. */
  String destination(String domain) {
    if (providers.isEmpty() || domain.startsWith("[")) {
      return domain;
    }
    long now = nanos.getAsLong();
    synchronized (known) {
      Known answer = known.get(domain);
      if (answer != null && answer.until() - now > 0) {
        return answer.destination();
      }
    }
    if (quietUntil.filter(until -> until - now > 0).isPresent()) {
      return domain;
    }
    Optional<String> found = ask(domain);
    String destination = found.orElse(domain);
    if (found.isPresent()) {
      synchronized (known) {
        known.put(domain, new Known(destination, now + KEPT.toNanos()));
      }
    }
    return destination;
  }

  /** Empty when there is no answer. */
  private Optional<String> ask(String domain) {
    CompletableFuture<DnsAnswer<MxRecord>> asking = new CompletableFuture<>();
    Thread.ofVirtual().name("mx-rollup").start(() -> {
      try {
        asking.complete(dns.mx(domain));
      } catch (RuntimeException e) {
        asking.completeExceptionally(e);
      }
    });
    try {
      return switch (asking.get(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        case DnsAnswer.Found<MxRecord> found -> Optional.of(provider(domain, found.records()));
        case DnsAnswer.NoData<MxRecord> none -> Optional.of(domain);
        case DnsAnswer.NoSuchName<MxRecord> none -> Optional.of(domain);
        case DnsAnswer.Unknown<MxRecord> unknown -> Optional.empty();
      };
    } catch (TimeoutException e) {
      quietUntil = Optional.of(nanos.getAsLong() + QUIET.toNanos());
      LOG.warn(
          "No MX answer for {} within {} ms: domains are destinations of their own for {} s",
          domain,
          patience.toMillis(),
          QUIET.toSeconds());
      return Optional.empty();
    } catch (ExecutionException e) {
      LOG.warn("The MX records of {} can't be asked for", domain, e.getCause());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private String provider(String domain, List<MxRecord> records) {
    List<String> hosts = records.stream()
        .filter(mx -> !mx.isNull())
        .sorted(Comparator.comparingInt(MxRecord::preference).thenComparing(MxRecord::host))
        .map(mx -> mx.host().toLowerCase(Locale.ROOT))
        .toList();
    if (hosts.isEmpty()) {
      return domain;
    }
    for (String provider : providers) {
      if (hosts.stream().allMatch(host -> host.equals(provider) || host.endsWith("." + provider))) {
        return provider;
      }
    }
    return providers.contains(ANY) ? hosts.getFirst() : domain;
  }
}
