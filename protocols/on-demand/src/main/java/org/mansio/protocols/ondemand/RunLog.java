package org.mansio.protocols.ondemand;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.mansio.protocols.ondemand.OnDemandMXBean.CollectionView;

/** What came of asking others for mail, for each RemoteQueueStart; counted since the start. Thread-safe. */
final class RunLog {
  private final Map<String, CollectionView> byName = new ConcurrentSkipListMap<>();

  /** Begins to count for one that starts. */
  void begin(String name) {
    byName.put(name, new CollectionView(name, null, 0, 0, 0, null, null));
  }

  /** When the next run is due; empty while one is under way. */
  void noteNext(String name, Optional<Instant> next) {
    byName.computeIfPresent(
        name,
        (n, view) -> new CollectionView(
            n,
            next.map(Instant::toString).orElse(null),
            view.succeeded(),
            view.failed(),
            view.mails(),
            view.lastRun(),
            view.lastResult()));
  }

  void noteRun(String name, Instant at, RunResult result) {
    byName.computeIfPresent(
        name,
        (n, view) -> new CollectionView(
            n,
            view.next(),
            view.succeeded() + (result.succeeded() ? 1 : 0),
            view.failed() + (result.succeeded() ? 0 : 1),
            view.mails() + result.mails(),
            at.toString(),
            result.text()));
  }

  List<CollectionView> views() {
    return List.copyOf(byName.values());
  }
}
