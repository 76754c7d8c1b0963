package org.mansio.queue.outgoing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the attempts and sees to what follows from them. An attempt runs on a virtual thread of its own; when it is over,
 * what it did becomes durable before its entry is let go. Thread-safe.
 */
public final class Outgoing implements LaneScheduler.Starter {
  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

  /** How long a lane's mails skip the straight way after one of them took too long on it. */
  private static final Duration SLOW_MEMORY = Duration.ofSeconds(5);

  /** How long an interrupted attempt may take to say what is certain. */
  private static final Duration INTERRUPTED_GRACE = Duration.ofSeconds(3);

  private static final Duration POLL = Duration.ofMillis(20);

  private final OutgoingSettings settings;
  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final ProductWriter products;
  private final RecordCodec codec;
  private final BlobStore blobs;
  private final DeliveryTrace trace;
  private final InstantSource clock;
  private final OutgoingControl control;
  private final Map<UUID, FirstAttempt> straight = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  /** Those of them that are within a transport; only they may be interrupted, not those that record what it did. */
  private final Set<Thread> delivering = new HashSet<>();

  private volatile @Nullable Transports transports;
  private volatile boolean closing;

  /**
   * How deliveries are tried.
   *
   * @param laneConcurrency attempts at once in a lane; empty leaves it to each transport
   * @param patience how long a mail stays in the spool for its first attempt before it is written as an entry
   */
  public record OutgoingSettings(
      LaneLimits limits, RetrySchedule schedule, OptionalInt laneConcurrency, Duration patience) {}

  public Outgoing(
      OutgoingSettings settings,
      DurableLog log,
      RecordCodec codec,
      BlobStore blobs,
      ProductWriter products,
      TraceLog trace,
      InstantSource clock) {
    this.settings = settings;
    this.scheduler =
        new LaneScheduler(settings.limits(), settings.schedule(), clock, this::concurrency, this);
    this.book = new EntryBook(scheduler, log, codec, blobs, clock);
    this.products = products;
    this.codec = codec;
    this.blobs = blobs;
    this.trace = new DeliveryTrace(trace);
    this.clock = clock;
    this.control = new OutgoingControl(scheduler, book, trace, clock, () -> closing);
  }

  /** What the log's entries are told to. */
  public EntryListener listener() {
    return book;
  }

  /** The operator's view of the entries; of the spool it knows only what was postponed. */
  public QueueControl control() {
    return control;
  }

  public void start(Transports registry) {
    transports = registry;
    scheduler.lock.lock();
    try {
      scheduler.begin();
    } finally {
      scheduler.lock.unlock();
    }
    Thread.ofVirtual().name("queue-timer").start(scheduler::run);
  }

  /** Lets attempts under way end within {@code grace}, interrupts the rest and waits for what they say. */
  public void close(Duration grace) {
    scheduler.lock.lock();
    try {
      scheduler.stop();
    } finally {
      scheduler.lock.unlock();
    }
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

  private int concurrency(Lane lane) {
    if (settings.laneConcurrency().isPresent()) {
      return settings.laneConcurrency().getAsInt();
    }
    return find(lane.transport)
        .map(transport -> Math.max(1, transport.laneConcurrency()))
        .orElse(1);
  }

  private Optional<Transport> find(String name) {
    Transports registry = transports;
    return registry == null ? Optional.empty() : registry.find(name);
  }

  // ---- straight from the chain ----

  /** The record of a delivery that is written before its first attempt. */
  public QueueRecord.Waiting newEntry(Dispatch dispatch) {
    return new QueueRecord.Waiting(
        UUID.randomUUID(),
        1,
        Optional.of(dispatch.route()),
        false,
        0,
        clock.instant(),
        Optional.empty(),
        dispatch.mail());
  }

  /** The record of a mail that waits for its place in the chain. */
  public QueueRecord.Waiting newPostponed(SpooledMail mail, Duration delay, String reason) {
    return new QueueRecord.Waiting(
        UUID.randomUUID(),
        1,
        Optional.empty(),
        false,
        0,
        clock.instant().plus(delay),
        Optional.of(reason),
        mail);
  }

  /** Begins an attempt before anything is written; empty when the lane is slow, resting or full. */
  public Optional<FirstAttempt> offer(Dispatch dispatch) {
    scheduler.lock.lock();
    try {
      Lane lane = scheduler.lane(dispatch.route());
      if (!scheduler.isQuick(lane, settings.patience())) {
        return Optional.empty();
      }
      Entry entry =
          new Entry(UUID.randomUUID(), dispatch.mail(), Optional.of(dispatch.route()), lane);
      FirstAttempt attempt = new FirstAttempt(this, entry);
      straight.put(entry.id, attempt);
      book.add(entry, dispatch.mail().content());
      scheduler.makeReady(entry);
      scheduler.dispatch();
      return Optional.of(attempt);
    } finally {
      scheduler.lock.unlock();
    }
  }

  FirstAttempt.Left conclude(Entry entry) {
    scheduler.lock.lock();
    try {
      straight.remove(entry.id);
      Attempted attempted = entry.attempted;
      Route route = entry.route.orElseThrow();
      if (attempted != null) {
        Optional<QueueRecord.Waiting> rest =
            remaining(attempted, entry.id, 1, attempted.delivery().mail());
        return new FirstAttempt.Left(attempted.notices(), rest);
      }
      SpooledMail mail = Objects.requireNonNull(entry.mail);
      if (entry.phase == Entry.Phase.READY) {
        scheduler.take(entry);
        book.forget(entry);
      } else {
        // One that merely waited long for its turn says nothing against the destination.
        if (System.nanoTime() - entry.begun > settings.patience().toNanos() / 2) {
          scheduler.lane(route).straightAgain = clock.instant().plus(SLOW_MEMORY);
        }
        entry.generation = 1;
        entry.written = 1;
      }
      return new FirstAttempt.Left(
          List.of(),
          Optional.of(new QueueRecord.Waiting(
              entry.id, 1, entry.route, false, 0, clock.instant(), Optional.empty(), mail)));
    } finally {
      scheduler.lock.unlock();
    }
  }

  void settle(Entry entry, Optional<QueueRecord.Waiting> durable) {
    scheduler.lock.lock();
    try {
      if (entry.handedOver()) {
        if (durable.isPresent()) {
          entry.mail = durable.get().mail();
          book.holdBlob(entry, durable.get().mail().content());
        } else if (book.hasArrived(entry)) {
          // The transaction was in doubt, and took place.
          entry.durable.complete(true);
        } else {
          book.forget(entry);
        }
      }
    } finally {
      scheduler.lock.unlock();
    }
    entry.durable.complete(durable.isPresent());
  }

  // ---- attempts ----

  @Override
  public void start(Entry entry) {
    entry.begun = System.nanoTime();
    run(entry, entry.lane == null ? () -> backToSpool(entry) : () -> attempt(entry));
  }

  @Override
  public void expire(Entry entry, String reason) {
    run(
        entry,
        () -> book.mail(entry).ifPresent(mail -> {
          Delivery delivery = new Delivery(mail, entry.route.orElseThrow(), entry.attempts + 1);
          conclude(entry, delivery, deferAll(delivery, reason, true));
        }));
  }

  private void run(Entry entry, Runnable task) {
    Thread thread = Thread.ofVirtual().name("queue-attempt").unstarted(() -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("{}: what followed from an attempt can't be recorded", entry.mailId, e);
        book.park(entry, "internal error: " + e + "; release or remove the mail");
      } finally {
        threads.remove(Thread.currentThread());
      }
    });
    threads.add(thread);
    thread.start();
  }

  private void attempt(Entry entry) {
    Optional<SpooledMail> mail = book.mail(entry);
    Lane lane = Objects.requireNonNull(entry.lane);
    if (mail.isEmpty()) {
      LOG.error(
          "{} {}: the record can't be read; it is left alone until the next start",
          entry.mailId,
          lane);
      finished(lane, Duration.ZERO, lane.failures > 0, Optional.of("the record can't be read"));
      return;
    }
    Delivery delivery = new Delivery(mail.get(), entry.route.orElseThrow(), entry.attempts + 1);
    long begin = System.nanoTime();
    DeliveryReport report = deliver(delivery);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Optional<String> error = report.results().values().stream()
        .filter(result -> !(result instanceof RecipientResult.Delivered))
        .map(RecipientResult::diagnostic)
        .findFirst();
    finished(lane, took, report.laneDown(), error);
    boolean fruitless =
        report.results().values().stream().allMatch(r -> r instanceof RecipientResult.Deferred);
    if (closing && fruitless) {
      LOG.debug("{} {}: the attempt was cut short and doesn't count", entry.mailId, lane);
      return;
    }
    conclude(entry, delivery, report);
  }

  private void finished(Lane lane, Duration took, boolean laneDown, Optional<String> error) {
    scheduler.lock.lock();
    try {
      scheduler.finished(lane, took, laneDown, error);
    } finally {
      scheduler.lock.unlock();
    }
  }

  private void conclude(Entry entry, Delivery delivery, DeliveryReport report) {
    AttemptOutcome outcome =
        AttemptOutcome.of(delivery, report, settings.schedule(), clock.instant());
    Attempted attempted = new Attempted(delivery, outcome, Notices.of(delivery, outcome));
    trace.attempted(delivery, report, outcome);
    trace.notices(delivery, attempted.notices());
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
      Optional.ofNullable(straight.get(entry.id)).ifPresent(FirstAttempt::complete);
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
    List<byte[]> spool;
    try {
      spool = products
          .encode(
              attempted.notices().stream()
                  .map(notice -> notice.withContent(mail.get().content()))
                  .toList(),
              List.of())
          .append()
          .spool();
    } catch (IOException e) {
      // The content lies in its blob already, so that no disk is needed here.
      throw new UncheckedIOException(e);
    }
    QueueRecord.OfEntry next = remaining(attempted, entry.id, entry.generation + 1, mail.get())
        .<QueueRecord.OfEntry>map(waiting -> waiting)
        .orElseGet(() -> new QueueRecord.Ended(entry.id, entry.generation + 1));
    book.write(List.of(new EntryBook.Change(entry, next, spool, List.of())), () -> closing);
  }

  private static Optional<QueueRecord.Waiting> remaining(
      Attempted attempted, UUID id, int generation, SpooledMail mail) {
    AttemptOutcome outcome = attempted.outcome();
    Optional<Instant> due = outcome.due();
    return due.map(time -> new QueueRecord.Waiting(
        id,
        generation,
        Optional.of(attempted.delivery().route()),
        false,
        attempted.delivery().attempt(),
        time,
        outcome.lastError(),
        mail.withEnvelope(mail.envelope().withRecipients(outcome.remaining()))));
  }

  private DeliveryReport deliver(Delivery delivery) {
    String name = delivery.route().transport();
    Optional<Transport> transport = find(name);
    if (transport.isEmpty()) {
      return deferAll(
          delivery,
          "transport '" + name + "' isn't configured; restore its mailet or remove the mail",
          true);
    }
    synchronized (delivering) {
      delivering.add(Thread.currentThread());
    }
    try {
      return Objects.requireNonNull(transport.get().deliver(delivery));
    } catch (InterruptedException e) {
      return deferAll(delivery, "interrupted", false);
    } catch (Exception | Error e) {
      LOG.error(
          "{} {}: the transport failed unexpectedly",
          delivery.mail().id(),
          delivery.route().lane(),
          e);
      return deferAll(delivery, "internal error of transport '" + name + "': " + e, false);
    } finally {
      synchronized (delivering) {
        delivering.remove(Thread.currentThread());
        // An interrupt was meant for the transport; what it did is made durable all the same.
        boolean ignored = Thread.interrupted();
      }
    }
  }

  private static DeliveryReport deferAll(Delivery delivery, String reason, boolean laneDown) {
    return DeliveryReport.forAll(
        delivery,
        recipient ->
            new RecipientResult.Deferred(AttemptOutcome.UNDEFINED, Optional.empty(), reason),
        laneDown);
  }

  // ---- what waits for the chain ----

  private void backToSpool(Entry entry) {
    Optional<SpooledMail> mail = book.mail(entry);
    if (mail.isEmpty()) {
      return;
    }
    try {
      List<byte[]> spool =
          products.encode(List.of(mail.get()), List.of()).append().spool();
      QueueRecord.Ended ended = new QueueRecord.Ended(entry.id, entry.generation + 1);
      book.write(List.of(new EntryBook.Change(entry, ended, spool, List.of())), () -> closing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An entry for a mail whose way through the chain takes long, so that it doesn't hold up those taken with it. */
  public LongChain newLongChain(SpooledMail mail) {
    Entry entry = new Entry(UUID.randomUUID(), mail, Optional.empty(), null);
    entry.phase = Entry.Phase.BUSY;
    entry.generation = 1;
    entry.written = 1;
    scheduler.lock.lock();
    try {
      book.add(entry, mail.content());
    } finally {
      scheduler.lock.unlock();
    }
    return new LongChain(this, entry);
  }

  QueueRecord.Waiting record(Entry entry, SpooledMail mail) {
    return new QueueRecord.Waiting(
        entry.id,
        1,
        Optional.empty(),
        false,
        0,
        clock.instant(),
        Optional.of("in the chain"),
        mail);
  }

  /** Lets a mail enter the chain again. */
  void again(Entry entry, Duration delay, String reason) {
    Optional<SpooledMail> mail = entry.durable.join() ? book.mail(entry) : Optional.empty();
    mail.ifPresent(same -> {
      QueueRecord.Waiting waiting = new QueueRecord.Waiting(
          entry.id,
          entry.generation + 1,
          Optional.empty(),
          false,
          0,
          clock.instant().plus(delay),
          Optional.of(reason),
          same.at(same.processor(), same.position(), same.attempts() + 1));
      book.write(
          List.of(new EntryBook.Change(entry, waiting, List.of(), List.of())), () -> closing);
    });
  }

  /** Ends a long way through the chain, together with what came of it. */
  void finish(Entry entry, Append produced) {
    if (entry.durable.join()) {
      QueueRecord.Ended ended = new QueueRecord.Ended(entry.id, entry.generation + 1);
      EntryBook.Change change =
          new EntryBook.Change(entry, ended, produced.spool(), new ArrayList<>(produced.entries()));
      book.write(List.of(change), () -> closing);
    }
  }
}
