package org.mansio.spi.testkit;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;

/**
 * Keeps what is enqueued in a list and works nothing off by itself: for tests of what stands before the queue, and of what
 * asks for its mail. A mail rests for the domains of its recipients. Thread-safe.
 */
public final class MemoryQueue implements MailQueue {
  private final List<SpooledMail> mails = new CopyOnWriteArrayList<>();
  private final Set<String> paused = new ConcurrentSkipListSet<>();
  private volatile QueueException.@Nullable Reason refusal;

  /** What was enqueued, in order. */
  public List<SpooledMail> mails() {
    return List.copyOf(mails);
  }

  /** Makes the queue refuse mail, or take it again with an empty reason. */
  public void refuse(Optional<QueueException.Reason> reason) {
    refusal = reason.orElse(null);
  }

  @Override
  public ContentWriter newContent() {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    return new ContentWriter() {
      @Override
      public void write(byte[] source, int offset, int length) {
        octets.write(source, offset, length);
      }

      @Override
      public long size() {
        return octets.size();
      }

      @Override
      public Content finish() {
        return Content.of(octets.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void enqueue(SpooledMail mail) throws QueueException {
    QueueException.Reason reason = refusal;
    if (reason != null) {
      throw new QueueException(reason, "refused by a test");
    }
    mails.add(mail);
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public void open() {}

  @Override
  public void start(MailProcessor chain, Transports transports) {}

  @Override
  public void close(Duration grace) {}

  @Override
  public QueueControl control() {
    return new Control();
  }

  private final class Control implements QueueControl {
    private static final String LANES = "memory";

    @Override
    public List<StateCount> counts() {
      return List.of(new StateCount(
          QueueEntry.State.SPOOL,
          mails.size(),
          mails.stream().map(SpooledMail::arrival).min(Comparator.naturalOrder())));
    }

    @Override
    public List<LaneStatus> destinations() {
      return paused.stream().map(LaneStatus::pausedWithoutMail).toList();
    }

    @Override
    public Page page(QueueFilter filter, Optional<String> after, int limit) {
      int from = after.map(Integer::parseInt).orElse(0);
      List<QueueEntry> found = matching(filter).skip(from).limit(limit).toList();
      int next = from + found.size();
      return new Page(
          found,
          next < matching(filter).count() ? Optional.of(Integer.toString(next)) : Optional.empty());
    }

    private Stream<QueueEntry> matching(QueueFilter filter) {
      return mails.stream().map(Control::entry).filter(filter::matches);
    }

    private static QueueEntry entry(SpooledMail mail) {
      return new QueueEntry(
          mail.id(),
          QueueEntry.State.SPOOL,
          mail.envelope().sender(),
          mail.envelope().recipients().stream()
              .map(recipient -> recipient.address())
              .toList(),
          Optional.empty(),
          mail.content().size(),
          mail.arrival(),
          0,
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
      return matching(filter).count();
    }

    @Override
    public long preview(Operation operation, QueueFilter filter) {
      return operation == Operation.REMOVE ? count(filter) : 0;
    }

    @Override
    public long hold(QueueFilter filter) {
      return 0;
    }

    @Override
    public long release(QueueFilter filter) {
      return 0;
    }

    @Override
    public long remove(QueueFilter filter) {
      List<QueueEntry> doomed = list(filter).toList();
      mails.removeIf(mail -> doomed.stream().anyMatch(entry -> entry.id().equals(mail.id())));
      return doomed.size();
    }

    @Override
    public long bounce(QueueFilter filter, String reason) {
      return 0;
    }

    @Override
    public long move(QueueFilter filter, String lane) {
      return 0;
    }

    @Override
    public long retry(QueueFilter filter) {
      return 0;
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
      return mails.stream()
          .filter(mail -> filter.matches(entry(mail)))
          .map(mail -> new QueuedMail(
              mail,
              Optional.empty(),
              false,
              0,
              mail.arrival(),
              Optional.empty(),
              Optional.empty()));
    }

    @Override
    public boolean restore(QueuedMail queued) throws QueueException {
      if (mails.stream().anyMatch(mail -> mail.id().equals(queued.mail().id()))) {
        return false;
      }
      enqueue(queued.mail());
      return true;
    }

    @Override
    public long start(String domain, boolean subdomains) {
      return mails.stream()
          .filter(mail -> rests(mail, d -> isWithin(d, domain, subdomains)))
          .count();
    }

    private static boolean isWithin(String found, String domain, boolean subdomains) {
      return found.equals(domain) || subdomains && found.endsWith("." + domain);
    }

    private static boolean rests(SpooledMail mail, Predicate<String> domain) {
      return mail.envelope().recipients().stream()
          .anyMatch(recipient -> domain.test(recipient.address().domain()));
    }

    @Override
    public Drained drain(Collection<String> domains, Transport through)
        throws InterruptedException {
      long offered = 0;
      boolean down = false;
      for (Iterator<SpooledMail> rest = mails.iterator(); rest.hasNext() && !down; ) {
        SpooledMail mail = rest.next();
        if (rests(mail, domains::contains)) {
          offered++;
          down = offer(mail, domains, through);
        }
      }
      return new Drained(
          offered, mails.stream().filter(mail -> rests(mail, domains::contains)).count());
    }

    /** @return whether the transport reports its lane as down */
    private boolean offer(SpooledMail mail, Collection<String> domains, Transport through)
        throws InterruptedException {
      List<Recipient> meant = mail.envelope().recipients().stream()
          .filter(recipient -> domains.contains(recipient.address().domain()))
          .toList();
      String destination = meant.getFirst().address().domain();
      Delivery delivery = new Delivery(
          mail.withEnvelope(mail.envelope().withRecipients(meant)),
          new Route(LANES, destination, "bounces"),
          1);
      DeliveryReport report;
      try {
        report = through.deliver(delivery);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        return false;
      }
      List<Recipient> left = new ArrayList<>(mail.envelope().recipients());
      left.removeIf(recipient -> report.results().get(recipient) instanceof RecipientResult result
          && !(result instanceof RecipientResult.Deferred));
      mails.remove(mail);
      if (!left.isEmpty()) {
        mails.add(mail.withEnvelope(mail.envelope().withRecipients(left)));
      }
      return report.laneDown();
    }

    @Override
    public List<WaitingMail> waiting(Optional<String> domain) {
      Map<String, List<SpooledMail>> byDomain = new TreeMap<>();
      for (SpooledMail mail : mails) {
        mail.envelope().recipients().stream()
            .map(recipient -> recipient.address().domain())
            .distinct()
            .filter(found -> domain.map(found::equals).orElse(true))
            .forEach(
                found -> byDomain.computeIfAbsent(found, d -> new ArrayList<>()).add(mail));
      }
      return byDomain.entrySet().stream()
          .map(found -> new WaitingMail(
              found.getKey(),
              LANES + ":" + found.getKey(),
              found.getValue().size(),
              found.getValue().stream().mapToLong(mail -> mail.content().size()).sum(),
              found.getValue().stream()
                  .map(SpooledMail::arrival)
                  .min(Comparator.naturalOrder())
                  .orElseThrow()))
          .toList();
    }
  }
}
