package org.mansio.mailets.delivery.tlsreport;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.background.BackgroundService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts results while it runs, and sends each domain that asks for it one report for each day, spread over the hours after
 * midnight of UTC. Thread-safe.
 */
final class TlsReports implements BackgroundService {
  /** How much of the counts a crash may lose. */
  private static final Duration PULSE = Duration.ofMinutes(1);

  /** RFC 8460 §5.4 tries for a day; what then failed isn't news any more. */
  private static final Duration MAX_AGE = Duration.ofDays(1);

  /** Between two tries to reach the same web server or queue. */
  private static final Duration RETRY = Duration.ofMinutes(30);

  private static final Logger LOG = LoggerFactory.getLogger(TlsReports.class);

  private final String name;
  private final ReportIdentity identity;
  private final Duration spread;
  private final SwitchableResults source;
  private final DailyResults results;
  private final ReportAddresses addresses;
  private final ReportSender sender;
  private final InstantSource clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  // Of reports with several addresses, those that have it.
  private final Set<String> done = new HashSet<>();
  private Instant nextTry = Instant.MIN;
  private @Nullable Thread thread;

  TlsReports(
      String name,
      ReportIdentity identity,
      Duration spread,
      SwitchableResults source,
      DailyResults results,
      ReportAddresses addresses,
      ReportSender sender,
      InstantSource clock) {
    this.name = name;
    this.identity = identity;
    this.spread = spread;
    this.source = source;
    this.results = results;
    this.addresses = addresses;
    this.sender = sender;
    this.clock = clock;
  }

  @Override
  public synchronized void start() throws IOException {
    results.load();
    source.on(results);
    thread = Thread.ofVirtual().name("tls-reports-" + name).start(this::run);
  }

  @Override
  public void stop(Duration grace) throws InterruptedException {
    source.off();
    stopping.countDown();
    Thread worker;
    synchronized (this) {
      worker = thread;
    }
    if (worker != null && !worker.join(grace.dividedBy(2))) {
      worker.interrupt();
    }
    save();
  }

  private void run() {
    try {
      while (!stopping.await(PULSE.toMillis(), TimeUnit.MILLISECONDS)) {
        tick();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What has to be done each minute. */
  void tick() throws InterruptedException {
    try {
      work(clock.instant());
    } catch (RuntimeException e) {
      // What one domain's records led to must not end the reports to all others.
      LOG.error("{}: failed unexpectedly and goes on in a minute", name, e);
    }
  }

  private void work(Instant now) throws InterruptedException {
    results.prune(domain -> !(addresses.of(domain) instanceof ReportAddresses.Answer.Known known)
        || !known.targets().isEmpty());
    save();
    if (now.isBefore(nextTry)) {
      return;
    }
    boolean complete = true;
    for (LocalDate day : results.finished()) {
      complete &= send(day, now);
    }
    nextTry = complete ? Instant.MIN : now.plus(RETRY);
    save();
  }

  /** @return false when something failed that should be tried again */
  private boolean send(LocalDate day, Instant now) throws InterruptedException {
    Instant midnight = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    boolean late = now.isAfter(midnight.plus(spread).plus(MAX_AGE));
    boolean complete = true;
    boolean left = false;
    for (Map.Entry<String, Map<ReportedPolicy, Tally>> each : results.of(day).entrySet()) {
      String domain = each.getKey();
      if (!late && now.isBefore(midnight.plus(delay(day, domain)))) {
        left = true;
      } else if (send(new TlsReport(identity, domain, day, id(day, domain), each.getValue()))
          || late) {
        results.forget(day, domain);
      } else {
        complete = false;
        left = true;
      }
      if (stopping.getCount() == 0) {
        return complete;
      }
    }
    if (!left) {
      forget(day);
    }
    return complete;
  }

  private boolean send(TlsReport report) throws InterruptedException {
    return switch (addresses.of(report.domain())) {
      case ReportAddresses.Answer.Unknown unknown -> false;
      case ReportAddresses.Answer.Known known -> {
        boolean all = true;
        for (ReportAddresses.Target target : known.targets()) {
          String key = report.id() + " " + target;
          if (!done.contains(key)) {
            boolean sent = sender.send(report, target);
            all &= sent;
            if (sent) {
              done.add(key);
            }
          }
        }
        if (all) {
          done.removeIf(key -> key.startsWith(report.id() + " "));
        }
        yield all;
      }
    };
  }

  private void forget(LocalDate day) {
    try {
      results.forget(day);
    } catch (IOException e) {
      LOG.warn("{}: the results of {} can't be deleted: {}", name, day, e.toString());
    }
    done.removeIf(key -> key.startsWith(day.toString()));
  }

  private void save() {
    try {
      results.save();
    } catch (IOException e) {
      LOG.warn("{}: results can't be saved, they stay in memory: {}", name, e.toString());
    }
  }

  /** RFC 8460 §4.1: not all at midnight. The same after a restart. */
  private Duration delay(LocalDate day, String domain) {
    long seconds = Math.max(1, spread.toSeconds());
    return Duration.ofSeconds(
        Math.floorMod((domain + day + identity.submitter()).hashCode(), seconds));
  }

  /** The same for a report that is sent again, so that the receiver sees that it is. */
  private String id(LocalDate day, String domain) {
    return day + "." + domain + "@" + identity.submitter();
  }
}
