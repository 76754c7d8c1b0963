package org.mansio.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's view of everything. Mail in the spool is on its way through the chain within moments, so it is counted and
 * its first records are listed, and operations leave it alone.
 */
final class SpoolAndOutgoingControl implements QueueControl {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolAndOutgoingControl.class);

  /** Records of the spool that a listing shows. */
  private static final int PEEK = 400;

  /** Begins the place of a mail in the spool, as a page's end. */
  private static final String IN_SPOOL = "spool/";

  private final DurableLog log;
  private final RecordCodec codec;
  private final QueueControl outgoing;
  private final QueueHealth health;

  SpoolAndOutgoingControl(
      DurableLog log, RecordCodec codec, QueueControl outgoing, QueueHealth health) {
    this.log = log;
    this.codec = codec;
    this.outgoing = outgoing;
    this.health = health;
  }

  @Override
  public Condition condition() {
    return health.condition();
  }

  @Override
  public long forgetDamaged() throws QueueException {
    return health.forgetDamaged();
  }

  @Override
  public List<StateCount> counts() {
    return outgoing.counts().stream()
        .map(count -> count.state() == QueueEntry.State.SPOOL ? withSpool(count) : count)
        .toList();
  }

  private StateCount withSpool(StateCount postponed) {
    long depth = log.spoolDepth();
    Optional<Instant> oldest = depth == 0
        ? postponed.oldestArrival()
        : Stream.concat(
                postponed.oldestArrival().stream(), spool(1).stream().map(QueueEntry::arrival))
            .min(Comparator.naturalOrder());
    return new StateCount(postponed.state(), postponed.count() + depth, oldest);
  }

  @Override
  public List<LaneStatus> destinations() {
    return outgoing.destinations();
  }

  @Override
  public Page page(QueueFilter filter, Optional<String> after, int limit) {
    if (after.filter(place -> !place.startsWith(IN_SPOOL)).isPresent() || !wantsSpool(filter)) {
      return outgoing.page(filter, after, limit);
    }
    List<QueueEntry> spooled =
        behind(after, spool(PEEK)).stream().filter(filter::matches).toList();
    if (spooled.size() > limit) {
      String last = IN_SPOOL + spooled.get(limit - 1).id();
      return new Page(spooled.subList(0, limit), Optional.of(last));
    }
    Page entries = outgoing.page(filter, Optional.empty(), Math.max(1, limit - spooled.size()));
    if (spooled.size() == limit) {
      return entries.entries().isEmpty() && entries.next().isEmpty()
          ? new Page(spooled, Optional.empty())
          : new Page(spooled, Optional.of(IN_SPOOL + spooled.getLast().id()));
    }
    List<QueueEntry> all = new ArrayList<>(spooled);
    all.addAll(entries.entries());
    return new Page(all, entries.next());
  }

  private static boolean wantsSpool(QueueFilter filter) {
    return filter.destination().isEmpty()
        && filter.state().map(state -> state == QueueEntry.State.SPOOL).orElse(true);
  }

  /** What follows the mail that a page ended with; nothing when that has left the spool, and all before it with it. */
  private static List<QueueEntry> behind(Optional<String> after, List<QueueEntry> entries) {
    return after
        .map(place -> place.substring(IN_SPOOL.length()))
        .map(id -> entries.stream()
            .dropWhile(entry -> !entry.id().value().equals(id))
            .skip(1)
            .toList())
        .orElse(entries);
  }

  private List<QueueEntry> spool(int limit) {
    List<QueueEntry> entries = new ArrayList<>();
    try {
      for (byte[] octets : log.peekSpool(limit)) {
        if (codec.decode(octets) instanceof QueueRecord.Spooled spooled) {
          entries.add(describe(spooled));
        }
      }
    } catch (QueueException | DamagedRecordException e) {
      LOG.warn("The listing ends before all of the spool: {}", e.getMessage());
    }
    return entries;
  }

  private static QueueEntry describe(QueueRecord.Spooled spooled) {
    return new QueueEntry(
        spooled.mail().id(),
        QueueEntry.State.SPOOL,
        spooled.mail().envelope().sender(),
        spooled.mail().envelope().recipients().stream().map(Recipient::address).toList(),
        Optional.empty(),
        spooled.mail().content().size(),
        spooled.mail().arrival(),
        spooled.mail().attempts(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return list(QueueFilter.of(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    long entries = outgoing.count(filter);
    if (filter.isAll() || filter.equals(QueueFilter.of(QueueEntry.State.SPOOL))) {
      return entries + log.spoolDepth();
    }
    return wantsSpool(filter)
        ? entries + spool(PEEK).stream().filter(filter::matches).count()
        : entries;
  }

  @Override
  public long preview(Operation operation, QueueFilter filter) {
    return outgoing.preview(operation, filter);
  }

  @Override
  public long hold(QueueFilter filter) {
    return outgoing.hold(filter);
  }

  @Override
  public long release(QueueFilter filter) {
    return outgoing.release(filter);
  }

  @Override
  public long remove(QueueFilter filter) {
    return outgoing.remove(filter);
  }

  @Override
  public long bounce(QueueFilter filter, String reason) {
    return outgoing.bounce(filter, reason);
  }

  @Override
  public long move(QueueFilter filter, String lane) {
    return outgoing.move(filter, lane);
  }

  @Override
  public boolean pause(String destination) {
    return outgoing.pause(destination);
  }

  @Override
  public boolean resume(String destination) {
    return outgoing.resume(destination);
  }

  @Override
  public Stream<QueuedMail> export(QueueFilter filter) {
    return outgoing.export(filter);
  }

  @Override
  public boolean restore(QueuedMail mail) throws QueueException {
    return outgoing.restore(mail);
  }

  @Override
  public long retry(QueueFilter filter) {
    return outgoing.retry(filter);
  }

  @Override
  public long start(String domain, boolean subdomains) {
    return outgoing.start(domain, subdomains);
  }

  @Override
  public Drained drain(Collection<String> domains, Transport through) throws InterruptedException {
    return outgoing.drain(domains, through);
  }

  @Override
  public List<WaitingMail> waiting(Optional<String> domain) {
    return outgoing.waiting(domain);
  }
}
