package org.mansio.protocols.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The mails that a sink took. Thread-safe. */
final class Arrivals {
  /** Runs told apart; mails of more count as without an id. */
  private static final int MOST_RUNS = 10_000;

  /** Ranges of mails that a report names. */
  private static final int MOST_NAMED = 1000;

  private final LongAdder mails = new LongAdder();
  private final LongAdder octets = new LongAdder();
  private final LongAdder distinct = new LongAdder();
  private final LongAdder unidentified = new LongAdder();
  private volatile long lastNanos;
  private final Map<String, Run> runs = new ConcurrentSkipListMap<>();

  private static final class Run {
    private final Numbers numbers = new Numbers();
    private final Latencies latencies = new Latencies();
    private final long firstNanos = System.nanoTime();
    private volatile long lastNanos = firstNanos;
  }

  /** A mail was taken. @param id null: not one of our generator's */
  void add(@Nullable MailId id, long length) {
    long now = System.nanoTime();
    lastNanos = now;
    octets.add(length);
    if (id == null || !runs.containsKey(id.run()) && runs.size() >= MOST_RUNS) {
      unidentified.increment();
    } else {
      Run run = runs.computeIfAbsent(id.run(), k -> new Run());
      run.lastNanos = now;
      run.latencies.add(now - id.sentNanos());
      if (!run.numbers.has(id.number())) {
        distinct.increment();
      }
      run.numbers.add(id.number());
    }
    mails.increment();
  }

  long mails() {
    return mails.sum();
  }

  /** How it stands. */
  Map<String, Object> progress() {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("mails", mails.sum());
    view.put("distinct", distinct.sum());
    view.put("unidentified", unidentified.sum());
    view.put("lastNanos", lastNanos);
    return view;
  }

  Map<String, Object> report() {
    Map<String, Object> report = progress();
    report.put("octets", octets.sum());
    Map<String, Object> views = new LinkedHashMap<>();
    runs.forEach((name, run) -> views.put(name, view(run)));
    report.put("runs", views);
    return report;
  }

  private static Map<String, Object> view(Run run) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("mails", run.numbers.total());
    view.put("distinct", run.numbers.distinct());
    view.put("firstNanos", run.firstNanos);
    view.put("lastNanos", run.lastNanos);
    view.put("latency", run.latencies.view());
    return view;
  }

  /**
   * Compares with what generators say was acknowledged.
   *
   * @throws IOException when a file can't be read
   */
  Map<String, Object> check(List<Path> files) throws IOException {
    Map<String, Numbers> expected = new ConcurrentHashMap<>();
    for (Path file : files) {
      AcknowledgedFile.read(file, expected);
    }
    Tally lost = new Tally();
    Tally unexpected = new Tally();
    Tally repeated = new Tally();
    expected.forEach((name, numbers) -> lost.add(name, numbers.without(arrived(name))));
    runs.forEach((name, run) -> {
      Numbers known = expected.getOrDefault(name, new Numbers());
      unexpected.add(name, run.numbers.without(known));
      repeated.add(name, run.numbers.repeated());
    });
    Map<String, Object> view = new LinkedHashMap<>();
    view.put(
        "acknowledged", expected.values().stream().mapToInt(Numbers::distinct).sum());
    view.put("lost", lost.count);
    view.put("duplicated", repeated.count);
    view.put("unacknowledged", unexpected.count);
    view.put("lostMails", lost.named);
    view.put("duplicatedMails", repeated.named);
    view.put("unacknowledgedMails", unexpected.named);
    return view;
  }

  private Numbers arrived(String name) {
    Run run = runs.get(name);
    return run == null ? new Numbers() : run.numbers;
  }

  private static final class Tally {
    private int count;
    private final List<String> named = new ArrayList<>();

    void add(String run, List<Numbers.Range> ranges) {
      count += Numbers.count(ranges);
      ranges.stream()
          .limit(MOST_NAMED - named.size())
          .map(range -> run + " " + range)
          .forEach(named::add);
    }
  }
}
