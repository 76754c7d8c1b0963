package org.mansio.server.admin.operations;

import java.time.InstantSource;
import java.util.List;
import java.util.function.ToLongFunction;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.QueueItem;
import org.mansio.server.admin.QueueLane;
import org.mansio.server.admin.QueueMXBean;
import org.mansio.server.admin.QueuePage;
import org.mansio.server.admin.QueueRate;
import org.mansio.server.admin.QueueState;
import org.mansio.server.admin.QueueStatus;
import org.mansio.server.admin.QueueWaiting;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mail at rest, through the queue's own control. */
public final class QueueOperations implements QueueMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(QueueOperations.class);

  private final QueueControl control;
  private final InstantSource clock;

  public QueueOperations(QueueControl control) {
    this(control, InstantSource.system());
  }

  QueueOperations(QueueControl control, InstantSource clock) {
    this.control = control;
    this.clock = clock;
  }

  @Override
  public QueueStatus status() {
    QueueControl.Condition condition = control.condition();
    return new QueueStatus(
        condition.refusal().map(AdminNames::text).orElse(null),
        condition.records(),
        condition.limit().orElse(0),
        condition.damaged());
  }

  @Override
  public long forgetDamaged() {
    try {
      long count = control.forgetDamaged();
      LOG.info("Operator gave up {} pieces of the queue that can't be read", count);
      return count;
    } catch (QueueException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public List<QueueState> states() {
    return control.counts().stream()
        .map(c -> new QueueState(
            AdminNames.text(c.state()),
            c.count(),
            c.oldestArrival().map(Object::toString).orElse(null)))
        .toList();
  }

  @Override
  public List<QueueLane> destinations() {
    return control.destinations().stream().map(QueueOperations::lane).toList();
  }

  private static QueueLane lane(QueueControl.LaneStatus lane) {
    return new QueueLane(
        lane.lane(),
        lane.ready(),
        lane.active(),
        lane.deferred(),
        lane.waiting(),
        lane.held(),
        lane.paused(),
        lane.oldestArrival().map(Object::toString).orElse(null),
        lane.lastError().orElse(null),
        lane.backOffUntil().map(Object::toString).orElse(null),
        lane.concurrency(),
        lane.rates().stream()
            .map(r ->
                new QueueRate(AdminNames.text(r.kind()), r.count(), r.period().toSeconds()))
            .toList(),
        lane.hindrance().map(h -> AdminNames.text(h.cause())).orElse(null),
        lane.hindrance().flatMap(h -> h.until()).map(Object::toString).orElse(null));
  }

  @Override
  public QueuePage list(String conditions, String after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " entries, not " + limit);
    }
    QueueControl.Page page = control.page(filter(conditions), Arguments.text(after), limit);
    return new QueuePage(
        page.entries().stream().map(QueueOperations::item).toList(), page.next().orElse(null));
  }

  @Override
  public List<QueueItem> show(String id) {
    return control.show(mailId(id)).stream().map(QueueOperations::item).toList();
  }

  @Override
  public long count(String conditions) {
    return control.count(filter(conditions));
  }

  @Override
  public long preview(String operation, String conditions) {
    return control.preview(
        Arguments.constant(QueueControl.Operation.class, operation), filter(conditions));
  }

  @Override
  public List<QueueWaiting> waiting(String domain) {
    return control.waiting(Arguments.text(domain).map(Arguments::domain)).stream()
        .map(w -> new QueueWaiting(
            w.domain(), w.lane(), w.count(), w.octets(), w.oldestArrival().toString()))
        .toList();
  }

  @Override
  public long start(String domain, boolean subdomains) {
    String name = Arguments.domain(domain);
    long count = control.start(name, subdomains);
    LOG.info(
        "Operator started {} queue entries for {}{}",
        count,
        name,
        subdomains ? " and its subdomains" : "");
    return count;
  }

  @Override
  public long flush(String destination) {
    // Without a state as condition: a lane's back-off is forgotten also when all its mail is ready.
    QueueFilter filter =
        Arguments.text(destination).map(QueueFilter::destination).orElseGet(QueueFilter::all);
    return change("flushed", filter, control::retry);
  }

  @Override
  public long hold(String conditions) {
    return change("held", filter(conditions), control::hold);
  }

  @Override
  public long release(String conditions) {
    return change("released", filter(conditions), control::release);
  }

  @Override
  public long remove(String conditions) {
    return change("removed", filter(conditions), control::remove);
  }

  @Override
  public long bounce(String conditions, String reason) {
    String text = Arguments.text(reason.replaceAll("\\p{Cntrl}+", " "))
        .orElseThrow(() -> new IllegalArgumentException("senders are to be told a reason"));
    return change("gave up", filter(conditions), filter -> control.bounce(filter, text));
  }

  @Override
  public long move(String conditions, String lane) {
    return change(
        "moved to " + lane, filter(conditions), filter -> control.move(filter, lane.strip()));
  }

  @Override
  public long retry(String conditions) {
    return change("retried", filter(conditions), control::retry);
  }

  @Override
  public boolean pause(String destination) {
    boolean changed = control.pause(destination);
    LOG.info("Operator paused {}", destination);
    return changed;
  }

  @Override
  public boolean resume(String destination) {
    boolean changed = control.resume(destination);
    LOG.info("Operator resumed {}", destination);
    return changed;
  }

  private long change(String what, QueueFilter filter, ToLongFunction<QueueFilter> operation) {
    long count = operation.applyAsLong(filter);
    if (count == 0) {
      filter.id().filter(this::isInChain).ifPresent(id -> {
        throw new IllegalStateException("mail " + id.value()
            + " is on its way through the chain, where it can't be changed: try again in a moment");
      });
    }
    LOG.info("Operator {} {} queue entries: {}", what, count, filter);
    return count;
  }

  private boolean isInChain(MailId id) {
    return control.show(id).stream().anyMatch(entry -> entry.state() == QueueEntry.State.SPOOL);
  }

  static QueueItem item(QueueEntry entry) {
    return new QueueItem(
        entry.id().value(),
        AdminNames.text(entry.state()),
        entry.sender().map(MailAddress::toString).orElse("<>"),
        entry.recipients().stream().map(MailAddress::toString).toList(),
        entry.lane().orElse(null),
        entry.size(),
        entry.arrival().toString(),
        entry.attempts(),
        entry.nextAttempt().map(Object::toString).orElse(null),
        entry.lastError().orElse(null),
        entry.lastStatus().map(last -> last.status().toString()).orElse(null),
        entry.lastStatus().flatMap(RecipientStatus::remoteMta).orElse(null));
  }

  private QueueFilter filter(String conditions) {
    return QueueConditions.parse(conditions, clock.instant());
  }

  private static MailId mailId(String text) {
    return new MailId(text.strip());
  }
}
