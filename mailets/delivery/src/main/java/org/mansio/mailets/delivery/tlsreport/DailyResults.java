package org.mansio.mailets.delivery.tlsreport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts by day of UTC (RFC 8460 §4.1), in memory for as many policies as {@link #MAX_POLICIES}, and on the disk by {@link
 * #save}: a crash loses what came since. Thread-safe.
 */
final class DailyResults implements TlsResults {
  /** Policies of one day; with a hundred kinds of failure each this is far from what mail servers see. */
  static final int MAX_POLICIES = 10_000;

  /** Domains that were asked once and want no reports; more are asked again. */
  private static final int MAX_UNINTERESTED = 50_000;

  private static final Logger LOG = LoggerFactory.getLogger(DailyResults.class);
  private static final String SUFFIX = ".results";

  private final Path folder;
  private final InstantSource clock;
  private final TreeMap<LocalDate, Map<ReportedPolicy, Tally>> days = new TreeMap<>();
  private final Set<LocalDate> changed = new HashSet<>();
  private final Set<String> interested = new HashSet<>();
  private final Set<String> uninterested = new LinkedHashSet<>();
  private boolean full;

  DailyResults(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Takes up what was counted before a restart. */
  synchronized void load() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          try {
            LocalDate day = LocalDate.parse(name.substring(0, name.length() - SUFFIX.length()));
            days.put(day, DayFile.read(file));
          } catch (DateTimeParseException e) {
            LOG.warn("{} is no file of results and is left alone", file);
          }
        }
      }
    }
  }

  @Override
  public synchronized void success(ReportedPolicy policy) {
    Tally tally = tally(policy);
    if (tally != null) {
      tally.success(1);
    }
  }

  @Override
  public synchronized void failure(ReportedPolicy policy, FailureDetail detail) {
    Tally tally = tally(policy);
    if (tally != null) {
      tally.failure(detail, 1);
    }
  }

  private @Nullable Tally tally(ReportedPolicy policy) {
    if (policy.domain().startsWith("[") || uninterested.contains(policy.domain())) {
      return null;
    }
    LocalDate today = today();
    Map<ReportedPolicy, Tally> results = days.computeIfAbsent(today, k -> new LinkedHashMap<>());
    if (!results.containsKey(policy) && results.size() >= MAX_POLICIES) {
      if (!full) {
        LOG.warn("more than {} TLS policies in a day: further ones aren't reported", MAX_POLICIES);
        full = true;
      }
      return null;
    }
    changed.add(today);
    return results.computeIfAbsent(policy, k -> new Tally());
  }

  /** Forgets the domains that want no report. @param wants may block */
  void prune(Predicate<String> wants) {
    Set<String> open = new LinkedHashSet<>();
    synchronized (this) {
      days.values()
          .forEach(results -> results.keySet().forEach(policy -> {
            if (!interested.contains(policy.domain())) {
              open.add(policy.domain());
            }
          }));
    }
    for (String domain : open) {
      boolean wanted = wants.test(domain);
      synchronized (this) {
        if (wanted) {
          interested.add(domain);
        } else {
          uninterested.add(domain);
          if (uninterested.size() > MAX_UNINTERESTED) {
            uninterested.remove(uninterested.iterator().next());
          }
          days.values()
              .forEach(
                  results -> results.keySet().removeIf(policy -> policy.domain().equals(domain)));
        }
      }
    }
  }

  /** Writes the days that changed. @throws IOException when the disk refuses; the results stay in memory */
  void save() throws IOException {
    Map<LocalDate, Map<ReportedPolicy, Tally>> copies = new LinkedHashMap<>();
    synchronized (this) {
      for (LocalDate day : changed) {
        Map<ReportedPolicy, Tally> copy = new LinkedHashMap<>();
        days.getOrDefault(day, Map.of()).forEach((policy, tally) -> copy.put(policy, tally.copy()));
        copies.put(day, copy);
      }
      changed.clear();
    }
    for (Map.Entry<LocalDate, Map<ReportedPolicy, Tally>> each : copies.entrySet()) {
      try {
        DayFile.write(file(each.getKey()), each.getValue());
      } catch (IOException e) {
        synchronized (this) {
          changed.addAll(copies.keySet());
        }
        throw e;
      }
    }
  }

  /** Days that are over and not yet forgotten, the oldest first. */
  synchronized List<LocalDate> finished() {
    return List.copyOf(days.headMap(today()).keySet());
  }

  /** The results of a day by domain; copies. */
  synchronized Map<String, Map<ReportedPolicy, Tally>> of(LocalDate day) {
    Map<String, Map<ReportedPolicy, Tally>> byDomain = new LinkedHashMap<>();
    days.getOrDefault(day, Map.of())
        .forEach((policy, tally) -> byDomain
            .computeIfAbsent(policy.domain(), k -> new LinkedHashMap<>())
            .put(policy, tally.copy()));
    return byDomain;
  }

  /** A domain's report is done. The next day it is asked anew whether it wants one. */
  synchronized void forget(LocalDate day, String domain) {
    Map<ReportedPolicy, Tally> results = days.getOrDefault(day, new LinkedHashMap<>());
    results.keySet().removeIf(policy -> policy.domain().equals(domain));
    interested.remove(domain);
    changed.add(day);
  }

  /** A day's reports are done. */
  synchronized void forget(LocalDate day) throws IOException {
    days.remove(day);
    changed.remove(day);
    uninterested.clear();
    full = false;
    Files.deleteIfExists(file(day));
  }

  private Path file(LocalDate day) {
    return folder.resolve(day + SUFFIX);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
