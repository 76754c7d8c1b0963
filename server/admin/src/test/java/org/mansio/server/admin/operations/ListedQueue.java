package org.mansio.server.admin.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Transport;

/** A queue's control over a list of entries. */
public final class ListedQueue implements QueueControl {
  public final List<QueueEntry> entries = new CopyOnWriteArrayList<>();
  public final Set<String> paused = new TreeSet<>();
  public final List<String> damaged = new CopyOnWriteArrayList<>();
  public OptionalLong limit = OptionalLong.empty();

  @Override
  public Condition condition() {
    boolean isFull = limit.isPresent() && entries.size() >= limit.getAsLong();
    return new Condition(
        entries.size(),
        limit,
        isFull ? Optional.of(QueueException.Reason.FULL) : Optional.empty(),
        damaged);
  }

  @Override
  public long forgetDamaged() {
    int count = damaged.size();
    damaged.clear();
    return count;
  }

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
        .map(lane -> new LaneStatus(
            lane,
            1,
            0,
            0,
            0,
            0,
            paused.contains(lane),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            5,
            List.of(new RateLimit(RateLimit.Kind.MAILS, 100, Duration.ofMinutes(90))),
            Optional.of(new Hindrance(
                Hindrance.Cause.RATE, Optional.of(Instant.parse("2026-01-01T12:30:00Z"))))))
        .toList();
  }

  @Override
  public Page page(QueueFilter filter, Optional<String> after, int limit) {
    List<QueueEntry> found = entries.stream()
        .filter(filter::matches)
        .dropWhile(entry -> after.isPresent() && entry.id().value().compareTo(after.get()) <= 0)
        .toList();
    return found.size() <= limit
        ? new Page(found, Optional.empty())
        : new Page(
            found.subList(0, limit), Optional.of(found.get(limit - 1).id().value()));
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
  public long preview(Operation operation, QueueFilter filter) {
    return count(filter);
  }

  @Override
  public long bounce(QueueFilter filter, String reason) {
    return remove(filter);
  }

  @Override
  public long move(QueueFilter filter, String lane) {
    return count(filter);
  }

  @Override
  public boolean pause(String destination) {
    return paused.add(destination);
  }

  @Override
  public boolean resume(String destination) {
    return paused.remove(destination);
  }

  @Override
  public Stream<QueuedMail> export(QueueFilter filter) {
    return Stream.empty();
  }

  @Override
  public boolean restore(QueuedMail mail) {
    return false;
  }

  @Override
  public long hold(QueueFilter filter) {
    // What is in the chain can't be held.
    return entries.stream()
        .filter(filter::matches)
        .filter(entry -> entry.state() != QueueEntry.State.SPOOL)
        .count();
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

  @Override
  public long start(String domain, boolean subdomains) {
    return entries.stream()
        .flatMap(e -> e.lane().stream())
        .map(ListedQueue::domain)
        .filter(d -> d.equals(domain) || subdomains && d.endsWith("." + domain))
        .count();
  }

  private static String domain(String lane) {
    return lane.substring(lane.indexOf(':') + 1);
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) {
    return new Drained(0, 0);
  }

  @Override
  public List<WaitingMail> waiting(Optional<String> domain) {
    Map<String, List<QueueEntry>> byLane = entries.stream()
        .filter(e -> e.state() == QueueEntry.State.WAITING)
        .collect(
            Collectors.groupingBy(e -> e.lane().orElseThrow(), TreeMap::new, Collectors.toList()));
    return byLane.entrySet().stream()
        .filter(lane -> domain.map(domain(lane.getKey())::equals).orElse(true))
        .map(lane -> new WaitingMail(
            domain(lane.getKey()),
            lane.getKey(),
            lane.getValue().size(),
            lane.getValue().stream().mapToLong(QueueEntry::size).sum(),
            lane.getValue().stream()
                .map(QueueEntry::arrival)
                .min(Comparator.naturalOrder())
                .orElseThrow()))
        .toList();
  }
}
