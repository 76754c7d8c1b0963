package org.mansio.server.admin.operations;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.mansio.server.admin.QueueItem;
import org.mansio.server.admin.QueuePage;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/**
 * A place in a listing that is ordered by arrival: so many entries of this instant have been seen, and all older ones.
 * Unlike an offset it stays right while mail leaves the queue at its old end.
 */
record QueueCursor(Instant arrival, int seen) {
  private static final QueueCursor START = new QueueCursor(Instant.MIN, 0);

  /** @param text empty for the beginning */
  static QueueCursor parse(String text) {
    if (text.isBlank()) {
      return START;
    }
    int slash = text.lastIndexOf('/');
    try {
      return new QueueCursor(
          Instant.parse(text.substring(0, Math.max(0, slash))),
          Integer.parseInt(text.substring(slash + 1)));
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' isn't the 'next' of a page", e);
    }
  }

  @Override
  public String toString() {
    return arrival + "/" + seen;
  }

  QueuePage page(QueueControl control, QueueFilter filter, int limit) {
    List<QueueItem> items = new ArrayList<>();
    QueueCursor at = this;
    int toSkip = seen;
    try (Stream<QueueEntry> entries = control.list(filter)) {
      for (Iterator<QueueEntry> rest = entries.iterator(); rest.hasNext(); ) {
        QueueEntry entry = rest.next();
        if (entry.arrival().isBefore(arrival)) {
          continue;
        }
        if (entry.arrival().equals(arrival) && toSkip > 0) {
          toSkip--;
          continue;
        }
        if (items.size() == limit) {
          return new QueuePage(items, at.toString());
        }
        items.add(QueueOperations.item(entry));
        at = at.past(entry);
      }
    }
    return new QueuePage(items, null);
  }

  private QueueCursor past(QueueEntry entry) {
    return entry.arrival().equals(arrival)
        ? new QueueCursor(arrival, seen + 1)
        : new QueueCursor(entry.arrival(), 1);
  }
}
