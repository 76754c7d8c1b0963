package org.mansio.server.admin.operations;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;

/** A queue's control over a list of entries; counts the listings that are open. */
public final class ListedQueue implements QueueControl {
  public final List<QueueEntry> entries = new CopyOnWriteArrayList<>();
  public int open;

  @Override
  public List<StateCount> counts() {
    return Stream.of(QueueEntry.State.values())
        .map(state -> new StateCount(
            state,
            count(QueueFilter.of(state)),
            entries.stream()
                .filter(e -> e.state() == state)
                .map(QueueEntry::arrival)
                .min(Comparator.naturalOrder())))
        .toList();
  }

  @Override
  public List<LaneStatus> destinations() {
    return entries.stream()
        .flatMap(e -> e.lane().stream())
        .distinct()
        .map(lane -> new LaneStatus(lane, 1, 0, 0, 0, Optional.empty(), Optional.empty()))
        .toList();
  }

  @Override
  public Stream<QueueEntry> list(QueueFilter filter) {
    open++;
    return entries.stream().filter(filter::matches).onClose(() -> open--);
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return entries.stream().filter(e -> e.id().equals(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    return entries.stream().filter(filter::matches).count();
  }

  @Override
  public long hold(QueueFilter filter) {
    return count(filter);
  }

  @Override
  public long release(QueueFilter filter) {
    return count(filter);
  }

  @Override
  public long remove(QueueFilter filter) {
    long doomed = count(filter);
    entries.removeIf(filter::matches);
    return doomed;
  }

  @Override
  public long retry(QueueFilter filter) {
    return count(filter);
  }
}
