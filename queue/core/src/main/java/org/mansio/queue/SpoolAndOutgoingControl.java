package org.mansio.queue;

import java.util.ArrayList;
import java.util.Collection;
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

  private final DurableLog log;
  private final RecordCodec codec;
  private final QueueControl outgoing;

  SpoolAndOutgoingControl(DurableLog log, RecordCodec codec, QueueControl outgoing) {
    this.log = log;
    this.codec = codec;
    this.outgoing = outgoing;
  }

  @Override
  public List<StateCount> counts() {
    return outgoing.counts().stream()
        .map(count -> count.state() == QueueEntry.State.SPOOL
            ? new StateCount(count.state(), count.count() + log.spoolDepth(), count.oldestArrival())
            : count)
        .toList();
  }

  @Override
  public List<LaneStatus> destinations() {
    return outgoing.destinations();
  }

  @Override
  public Stream<QueueEntry> list(QueueFilter filter) {
    boolean wantsSpool = filter.destination().isEmpty()
        && filter.state().map(state -> state == QueueEntry.State.SPOOL).orElse(true);
    Stream<QueueEntry> entries = outgoing.list(filter);
    return wantsSpool ? Stream.concat(spool().stream().filter(filter::matches), entries) : entries;
  }

  private List<QueueEntry> spool() {
    List<QueueEntry> entries = new ArrayList<>();
    try {
      for (byte[] octets : log.peekSpool(PEEK)) {
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
        Optional.empty());
  }

  @Override
  public List<QueueEntry> show(MailId id) {
    return list(QueueFilter.of(id)).toList();
  }

  @Override
  public long count(QueueFilter filter) {
    return outgoing.count(filter);
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
