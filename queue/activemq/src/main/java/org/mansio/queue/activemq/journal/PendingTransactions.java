package org.mansio.queue.activemq.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.activemq.store.kahadb.disk.journal.Location;

/**
 * What was entered into the journal and isn't known to be durable: transactions that somebody waits for, and the ends that nobody
 * does. Wants the lock of the files held.
 */
final class PendingTransactions {
  /** In their order; those that are durable leave it when others follow. */
  private final Deque<Pending> awaited = new ArrayDeque<>();

  private final List<Location> ends = new ArrayList<>();

  private record Pending(JournalTransaction transaction, Location location) {
    private boolean isDurable() {
      return location.getLatch().getCount() == 0 && location.getException().get() == null;
    }
  }

  void entered(JournalTransaction transaction, Location location) {
    while (!awaited.isEmpty() && awaited.getFirst().isDurable()) {
      awaited.removeFirst();
    }
    awaited.addLast(new Pending(transaction, location));
  }

  /** Ends were entered without a sync. */
  void ended(Location location) {
    ends.add(location);
  }

  boolean hasEnds() {
    return !ends.isEmpty();
  }

  /** The ends that were entered without a sync; whoever takes them syncs them. */
  List<Location> takeEnds() {
    List<Location> taken = List.copyOf(ends);
    ends.clear();
    return taken;
  }

  /** The journal is closed: forgets all, and tells what isn't durable, the last first. */
  List<JournalTransaction> takeUndurable() {
    List<JournalTransaction> undurable = new ArrayList<>();
    awaited.descendingIterator().forEachRemaining(pending -> {
      if (!pending.isDurable()) {
        undurable.add(pending.transaction());
      }
    });
    awaited.clear();
    ends.clear();
    return undurable;
  }
}
