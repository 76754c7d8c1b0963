package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits until the ends that were written before it are on stable storage. Thread-safe. */
final class JournalAfterSync {
  private static final Logger LOG = LoggerFactory.getLogger(JournalAfterSync.class);

  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  void add(Runnable action) {
    waiting.add(action);
  }

  /**
   * Makes the ends durable and runs what waits for those that were written by now.
   *
   * @throws IOException when the disk refuses; all goes on waiting
   */
  void sync(JournalWriter writer) throws IOException {
    int before = waiting.size();
    writer.sync();
    run(before);
  }

  /** Runs all: the journal is closed, and it closed cleanly. */
  void run() {
    run(waiting.size());
  }

  private void run(int count) {
    for (int i = 0; i < count; i++) {
      Runnable action = waiting.poll();
      if (action == null) {
        return;
      }
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("What waited for the journal's sync failed", e);
      }
    }
  }
}
