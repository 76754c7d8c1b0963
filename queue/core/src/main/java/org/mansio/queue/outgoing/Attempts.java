package org.mansio.queue.outgoing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the attempts and sees to what follows from them. An attempt runs on a virtual thread of its own, or on that of
 * whoever brings a transport along; when it is over, what it did becomes durable before its entry is let go. Thread-safe.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  /** How long an interrupted attempt may take to say what is certain. */
  private static final Duration INTERRUPTED_GRACE = Duration.ofSeconds(3);

  /** RFC 3463 §3.4: X.3.0, other mail system status; that an operator decided has no status of its own. */
  private static final EnhancedStatus GIVEN_UP = new EnhancedStatus(5, 3, 0);

  private static final Duration POLL = Duration.ofMillis(20);

  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final ProductWriter products;
  private final DeliveryTrace trace;
  private final InstantSource clock;
  private final Consumer<UUID> straightEnded;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  /** Those of them that are within a transport; only they may be interrupted, not those that record what it did. */
  private final Set<Thread> delivering = new HashSet<>();

  private volatile @Nullable Transports transports;
  private volatile boolean closing;

  /** @param straightEnded hears of each attempt that is over while its mail still lies in the spool */
  Attempts(
      LaneScheduler scheduler,
      EntryBook book,
      ProductWriter products,
      DeliveryTrace trace,
      InstantSource clock,
      Consumer<UUID> straightEnded) {
    this.scheduler = scheduler;
    this.book = book;
    this.products = products;
    this.trace = trace;
    this.clock = clock;
    this.straightEnded = straightEnded;
  }

  /**
   * What a transport did.
   *
   * @param interrupted whether it, or its thread meanwhile, was interrupted
   */
  record Tried(DeliveryReport report, boolean interrupted) {
    /** Whether nothing came of it for any recipient. */
    boolean isFruitless() {
      return report.results().values().stream()
          .allMatch(result -> result instanceof RecipientResult.Deferred);
    }
  }

  void use(Transports registry) {
    transports = registry;
  }

  Optional<Transport> find(String name) {
    Transports registry = transports;
    return registry == null ? Optional.empty() : registry.find(name);
  }

  /** The names of all transports. */
  List<String> transports() {
    Transports registry = transports;
    return registry == null
        ? List.of()
        : registry.all().stream().map(Transport::name).sorted().toList();
  }

  /** Whether attempts are being broken off: what can't be recorded any more happens again after the restart. */
  boolean isClosing() {
    return closing;
  }

  /** Lets attempts under way end within {@code grace}, interrupts the rest and waits for what they say. */
  void close(Duration grace) {
    awaitThreads(grace);
    closing = true;
    synchronized (delivering) {
      delivering.forEach(Thread::interrupt);
    }
    awaitThreads(INTERRUPTED_GRACE);
  }

  private void awaitThreads(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (!threads.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Works on a busy entry on a thread of its own. */
  void run(Entry entry, Runnable task) {
    Thread thread = Thread.ofVirtual().name("queue-attempt").unstarted(() -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        failed(entry, e);
      } finally {
        threads.remove(Thread.currentThread());
      }
    });
    threads.add(thread);
    thread.start();
  }

  private void failed(Entry entry, Throwable e) {
    LOG.error("{}: what followed from an attempt can't be recorded", entry.mailId, e);
    book.park(entry, "internal error: " + e + "; release or remove the mail");
  }

  /** An attempt over the lane's own transport. */
  void attempt(Entry entry) {
    Optional<SpooledMail> mail = book.mail(entry);
    Lane lane = Objects.requireNonNull(entry.lane);
    if (mail.isEmpty()) {
      LOG.error(
          "{} {}: the record can't be read; it is tried again later",
          entry.mailId,
          lane);
      Feedback nothing = lane.failures > 0 ? Feedback.DOWN : Feedback.ANSWERED;
      finished(
          lane, new AttemptEnd(Duration.ZERO, nothing, 0, Optional.of("the record can't be read")));
      book.readLater(entry);
      return;
    }
    Delivery delivery = delivery(entry, mail.get());
    long begin = System.nanoTime();
    Tried tried = deliver(delivery);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Optional<String> error = tried.report().results().values().stream()
        .filter(result -> !(result instanceof RecipientResult.Delivered))
        .map(RecipientResult::diagnostic)
        .findFirst();
    finished(
        lane,
        new AttemptEnd(took, Feedback.of(tried.report()), tried.report().connections(), error));
    if (closing && tried.isFruitless()) {
      LOG.debug("{} {}: the attempt was cut short and doesn't count", entry.mailId, lane);
      return;
    }
    conclude(entry, delivery, tried.report());
  }

  /**
   * An attempt over a transport that the caller brings along, on its thread; the entry was lent by the scheduler and is given
   * back. One that was interrupted before anything came of it doesn't count.
   *
   * @return empty when the mail can't be read now, or something unforeseen happened
   */
  Optional<Tried> attempt(Entry entry, Lane lane, Transport through) {
    threads.add(Thread.currentThread());
    try {
      Optional<SpooledMail> mail = book.mail(entry);
      Optional<Delivery> delivery = mail.map(m -> delivery(entry, m));
      Optional<Tried> tried = delivery.map(d -> deliver(d, through));
      boolean counts =
          tried.isPresent() && !(tried.get().interrupted() && tried.get().isFruitless());
      giveBack(entry, lane, !counts);
      if (counts) {
        conclude(entry, delivery.orElseThrow(), tried.orElseThrow().report());
      }
      return tried;
    } catch (RuntimeException | Error e) {
      failed(entry, e);
      return Optional.empty();
    } finally {
      threads.remove(Thread.currentThread());
    }
  }

  private void giveBack(Entry entry, Lane lane, boolean unchanged) {
    scheduler.lock.lock();
    try {
      if (unchanged) {
        scheduler.place(entry, false);
      }
      scheduler.giveBack(lane);
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Lets the sender of an entry that takes long hear of it; the entry then goes on as it was. */
  void warn(Entry entry) {
    Instant now = clock.instant();
    Optional<DelayWarning> warning = scheduleOf(entry).warning(entry.terms, entry.warned, now);
    Optional<SpooledMail> mail = book.mail(entry);
    if (warning.isEmpty() || mail.isEmpty()) {
      LOG.error("{}: the sender can't be told of the delay: no record of the mail", entry.mailId);
      return;
    }
    Delivery delivery = new Delivery(mail.get(), entry.route.orElseThrow(), entry.attempts);
    conclude(
        entry,
        new Attempted(
            delivery,
            AttemptOutcome.warned(
                delivery, warning.get(), reason(entry), entry.due, entry.lastError, now)));
  }

  private static RetrySchedule scheduleOf(Entry entry) {
    return Objects.requireNonNull(entry.lane).policy.schedule();
  }

  private String reason(Entry entry) {
    scheduler.lock.lock();
    try {
      return scheduler.reason(entry);
    } finally {
      scheduler.lock.unlock();
    }
  }

  /** Gives an entry up without an attempt. */
  void expire(Entry entry, String reason) {
    book.mail(entry).ifPresent(mail -> {
      Map<Recipient, RecipientResult> results = mail.envelope().recipients().stream()
          .collect(Collectors.toMap(
              Recipient::withoutStatus,
              recipient -> AttemptOutcome.lastAnswer(recipient, reason, entry.lastError)
                  .map(last -> new RecipientResult.Deferred(
                      last.status(), last.remoteMta(), last.diagnostic()))
                  .orElseGet(() -> deferred(reason)),
              (one, other) -> one));
      conclude(entry, delivery(entry, mail), new DeliveryReport(results, true));
    });
  }

  /** For transports a recipient is what it was in the beginning, whatever came of former attempts. */
  private static Delivery delivery(Entry entry, SpooledMail mail) {
    return new Delivery(withoutStatus(mail), entry.route.orElseThrow(), entry.attempts + 1);
  }

  private static SpooledMail withoutStatus(SpooledMail mail) {
    List<Recipient> recipients =
        mail.envelope().recipients().stream().map(Recipient::withoutStatus).toList();
    return mail.withEnvelope(mail.envelope().withRecipients(recipients));
  }

  private void finished(Lane lane, AttemptEnd end) {
    scheduler.lock.lock();
    try {
      scheduler.finished(lane, end);
    } finally {
      scheduler.lock.unlock();
    }
  }

  private void conclude(Entry entry, Delivery delivery, DeliveryReport report) {
    AttemptOutcome outcome =
        AttemptOutcome.of(delivery, report, scheduleOf(entry), entry.warned, clock.instant());
    trace.attempted(delivery, report, outcome, scheduler.waits(entry));
    conclude(entry, new Attempted(delivery, outcome));
  }

  private void conclude(Entry entry, Attempted attempted) {
    trace.notices(attempted.delivery(), attempted.notices());
    boolean durable;
    scheduler.lock.lock();
    try {
      durable = entry.handedOver();
      if (!durable) {
        entry.attempted = attempted;
        entry.phase = Entry.Phase.ENDED;
        book.forget(entry);
      }
    } finally {
      scheduler.lock.unlock();
    }
    if (!durable) {
      straightEnded.accept(entry.id);
    } else if (entry.durable.join()) {
      follow(entry, attempted);
    }
  }

  private void follow(Entry entry, Attempted attempted) {
    if (attempted.outcome().isClean()) {
      book.end(entry);
      return;
    }
    Optional<SpooledMail> mail = book.mail(entry);
    if (mail.isEmpty()) {
      return;
    }
    book.write(List.of(change(entry, attempted, mail.get())), () -> closing);
  }

  /** What has to become durable of an attempt. */
  private EntryBook.Change change(Entry entry, Attempted attempted, SpooledMail mail) {
    List<byte[]> spool;
    try {
      spool = products
          .encode(
              attempted.notices().stream()
                  .map(notice -> notice.withContent(mail.content()))
                  .toList(),
              List.of())
          .append()
          .spool();
    } catch (IOException e) {
      // The content lies in its blob already, so that no disk is needed here.
      throw new UncheckedIOException(e);
    }
    QueueRecord.OfEntry next = attempted
        .remaining(entry.id, entry.generation + 1, mail)
        .<QueueRecord.OfEntry>map(waiting -> waiting)
        .orElseGet(() -> new QueueRecord.Ended(entry.id, entry.generation + 1));
    return new EntryBook.Change(entry, next, spool, List.of());
  }

  /** The end of a busy entry that an operator gives up, with what its sender hears of it; to be written. */
  EntryBook.Change givenUp(Entry entry, SpooledMail mail, String reason) {
    Delivery delivery =
        new Delivery(withoutStatus(mail), entry.route.orElseThrow(), entry.attempts);
    DeliveryReport report = DeliveryReport.forAll(
        delivery,
        recipient -> new RecipientResult.Failed(GIVEN_UP, Optional.empty(), reason),
        false);
    AttemptOutcome outcome =
        AttemptOutcome.of(delivery, report, scheduleOf(entry), entry.warned, clock.instant());
    trace.attempted(delivery, report, outcome, false);
    Attempted attempted = new Attempted(delivery, outcome);
    trace.notices(delivery, attempted.notices());
    return change(entry, attempted, mail);
  }

  private Tried deliver(Delivery delivery) {
    String name = delivery.route().transport();
    Optional<Transport> transport = find(name);
    if (transport.isEmpty()) {
      String reason =
          "transport '" + name + "' isn't configured; restore its mailet or remove the mail";
      return new Tried(deferAll(delivery, reason, true), false);
    }
    return deliver(delivery, transport.get());
  }

  private Tried deliver(Delivery delivery, Transport transport) {
    synchronized (delivering) {
      delivering.add(Thread.currentThread());
    }
    DeliveryReport report;
    boolean interrupted = false;
    try {
      report = Objects.requireNonNull(transport.deliver(delivery));
    } catch (InterruptedException e) {
      interrupted = true;
      report = deferAll(delivery, "interrupted", false);
    } catch (Exception | Error e) {
      LOG.error(
          "{} {}: the transport failed unexpectedly",
          delivery.mail().id(),
          delivery.route().lane(),
          e);
      report =
          deferAll(delivery, "internal error of transport '" + transport.name() + "': " + e, false);
    } finally {
      synchronized (delivering) {
        delivering.remove(Thread.currentThread());
        // An interrupt was meant for the transport; what it did is made durable all the same.
        interrupted |= Thread.interrupted();
      }
    }
    return new Tried(report, interrupted);
  }

  private static DeliveryReport deferAll(Delivery delivery, String reason, boolean laneDown) {
    return DeliveryReport.forAll(delivery, recipient -> deferred(reason), laneDown);
  }

  private static RecipientResult.Deferred deferred(String reason) {
    return new RecipientResult.Deferred(AttemptOutcome.UNDEFINED, Optional.empty(), reason);
  }
}
