package org.mansio.server.admin.operations;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.QueueItem;
import org.mansio.server.admin.QueueLane;
import org.mansio.server.admin.QueueMXBean;
import org.mansio.server.admin.QueuePage;
import org.mansio.server.admin.QueueState;
import org.mansio.server.admin.QueueWaiting;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mail at rest, through the queue's own control. */
public final class QueueOperations implements QueueMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(QueueOperations.class);

  private final QueueControl control;

  public QueueOperations(QueueControl control) {
    this.control = control;
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
    return control.destinations().stream()
        .map(l -> new QueueLane(
            l.lane(),
            l.ready(),
            l.active(),
            l.deferred(),
            l.waiting(),
            l.held(),
            l.lastError().orElse(null),
            l.backOffUntil().map(Object::toString).orElse(null)))
        .toList();
  }

  @Override
  public QueuePage list(
      String id,
      String state,
      String destination,
      String sender,
      String recipient,
      String after,
      int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " entries, not " + limit);
    }
    return QueueCursor.parse(after)
        .page(control, filter(id, state, destination, sender, recipient), limit);
  }

  @Override
  public List<QueueItem> show(String id) {
    return control.show(mailId(id)).stream().map(QueueOperations::item).toList();
  }

  @Override
  public long count(String id, String state, String destination, String sender, String recipient) {
    return control.count(filter(id, state, destination, sender, recipient));
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
    return change("flushed", filter("", "", destination, "", ""), control::retry);
  }

  @Override
  public long hold(String id, String state, String destination, String sender, String recipient) {
    return change("held", filter(id, state, destination, sender, recipient), control::hold);
  }

  @Override
  public long release(
      String id, String state, String destination, String sender, String recipient) {
    return change("released", filter(id, state, destination, sender, recipient), control::release);
  }

  @Override
  public long remove(String id, String state, String destination, String sender, String recipient) {
    return change("removed", filter(id, state, destination, sender, recipient), control::remove);
  }

  @Override
  public long retry(String id, String state, String destination, String sender, String recipient) {
    return change("retried", filter(id, state, destination, sender, recipient), control::retry);
  }

  private static long change(
      String what, QueueFilter filter, ToLongFunction<QueueFilter> operation) {
    long count = operation.applyAsLong(filter);
    LOG.info("Operator {} {} queue entries: {}", what, count, filter);
    return count;
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
        entry.lastError().orElse(null));
  }

  private static QueueFilter filter(
      String id, String state, String destination, String sender, String recipient) {
    Optional<QueueEntry.State> wantedState =
        Arguments.text(state).map(s -> Arguments.constant(QueueEntry.State.class, s));
    return new QueueFilter(
        Arguments.text(id).map(QueueOperations::mailId),
        wantedState,
        Arguments.text(destination),
        Arguments.text(sender),
        Arguments.text(recipient));
  }

  private static MailId mailId(String text) {
    return new MailId(text.strip());
  }
}
