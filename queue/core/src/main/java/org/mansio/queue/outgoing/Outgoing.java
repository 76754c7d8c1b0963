package org.mansio.queue.outgoing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.log.EntryListener;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.trace.TraceLog;

/**
 * The outgoing queue: what comes to it from the chain, straight or as entries, and what goes back. Thread-safe.
 */
public final class Outgoing implements LaneScheduler.Starter {
  /** How long a lane's mails skip the straight way after one of them took too long on it. */
  private static final Duration SLOW_MEMORY = Duration.ofSeconds(5);

  /** When another process has the record of a mail in the chain, it takes it for left behind after so long. */
  private static final Duration UNDER_WAY_HERE = Duration.ofMinutes(10);

  private final OutgoingSettings settings;
  private final DurableLog log;
  private final LaneScheduler scheduler;
  private final EntryBook book;
  private final EntryArrivals arrivals;
  private final ProductWriter products;
  private final TransportCalls transports;
  private final AttemptThreads threads = new AttemptThreads();
  private final Attempts attempts;
  private final InstantSource clock;
  private final QueueControl control;
  private final SpoolTwins twins = new SpoolTwins();
  private final TraceLog trace;
  private volatile boolean afterCrash;
  private final Map<UUID, FirstAttempt> straight = new ConcurrentHashMap<>();

  /**
   * How deliveries are tried.
   *
   * @param policies what is set for the destinations
   * @param patience how long a mail stays in the spool for its first attempt before it is written as an entry
   */
  public record OutgoingSettings(LaneLimits limits, LanePolicies policies, Duration patience) {
    /**
     * The same for all destinations.
     *
     * @param concurrency attempts at once in a lane at the most; empty leaves it to each transport
     */
    public OutgoingSettings(
        LaneLimits limits, RetrySchedule schedule, OptionalInt concurrency, Duration patience) {
      this(
          limits,
          LanePolicies.of(new LanePolicy(
              concurrency, LanePolicy.INITIAL_CONCURRENCY, RateLimits.NONE, schedule)),
          patience);
    }
  }

  public Outgoing(
      OutgoingSettings settings,
      DurableLog log,
      RecordCodec codec,
      BlobStore blobs,
      ProductWriter products,
      PausedDestinations paused,
      TraceLog trace,
      InstantSource clock) {
    this.settings = settings;
    this.transports = new TransportCalls(threads);
    this.log = log;
    this.scheduler = new LaneScheduler(
        settings.limits(),
        settings.policies(),
        clock,
        this::concurrency,
        this::waitsForRequest,
        paused::isPaused,
        this);
    this.book = new EntryBook(scheduler, log, codec, blobs, twins, clock);
    this.arrivals = new EntryArrivals(scheduler, book, codec, blobs, clock);
    this.products = products;
    this.clock = clock;
    this.trace = trace;
    AttemptRecorder recorder = new AttemptRecorder(
        scheduler,
        book,
        products,
        new DeliveryTrace(trace),
        clock,
        threads::isClosing,
        this::straightEnded);
    this.attempts = new Attempts(scheduler, book, transports, threads, recorder, clock);
    EntrySearch search = new EntrySearch(scheduler, book);
    EntryRestore restore = new EntryRestore(scheduler, book, products, log, codec);
    OutgoingControl own = new OutgoingControl(
        scheduler,
        search,
        new OperatorChanges(
            scheduler, book, search, recorder, products, trace, clock, threads::isClosing),
        paused,
        transports,
        restore,
        new Drain(scheduler, attempts, clock));
    this.control = log.soleOwner()
        ? own
        : new SharedControl(
            own, log.peers(), restore, new SharedDrain(own, log.peers(), transports, codec, trace));
  }

  /** What the log's entries are told to. */
  public EntryListener listener() {
    return arrivals;
  }

  /** The records of the spool that may lie in it twice. */
  public SpoolTwins twins() {
    return twins;
  }

  /** The operator's view of the entries; of the spool it knows only what was postponed. */
  public QueueControl control() {
    return control;
  }

  /** The last run broke off: what was due may have been delivered already, and is marked in the trace. */
  public void afterCrash() {
    afterCrash = true;
  }

  public void start(Transports registry) {
    transports.use(registry);
    scheduler.lock.lock();
    try {
      scheduler.begin();
    } finally {
      scheduler.lock.unlock();
    }
    Thread.ofVirtual().name("queue-timer").start(scheduler.timer());
  }

  /** Lets attempts under way end within {@code grace}, interrupts the rest and waits for what they say. */
  public void close(Duration grace) {
    scheduler.lock.lock();
    try {
      scheduler.stop();
    } finally {
      scheduler.lock.unlock();
    }
    threads.close(grace);
  }

  private int concurrency(Lane lane) {
    if (lane.policy.concurrency().isPresent()) {
      return lane.policy.concurrency().getAsInt();
    }
    return transports
        .find(lane.transport)
        .map(transport -> Math.max(1, transport.laneConcurrency()))
        .orElse(1);
  }

  private boolean waitsForRequest(Lane lane) {
    return transports.find(lane.transport).map(Transport::waitsForRequest).orElse(false);
  }

  // ---- straight from the chain ----

  /** The record of a delivery that is written before its first attempt. */
  public QueueRecord.Waiting newEntry(Dispatch dispatch) {
    return QueueRecord.Waiting.first(
        UUID.randomUUID(),
        Optional.of(dispatch.route()),
        clock.instant(),
        Optional.empty(),
        dispatch.mail());
  }

  /** The record of a mail that waits for its place in the chain. */
  public QueueRecord.Waiting newPostponed(SpooledMail mail, Duration delay, String reason) {
    return QueueRecord.Waiting.first(
        UUID.randomUUID(),
        Optional.empty(),
        clock.instant().plus(delay),
        Optional.of(reason),
        mail);
  }

  /**
   * Begins an attempt before anything is written; empty when the mail may not leave yet, or the lane is slow, resting, full
   * or on demand.
   */
  public Optional<FirstAttempt> offer(Dispatch dispatch) {
    scheduler.lock.lock();
    try {
      Lane lane = scheduler.lane(dispatch.route());
      // Where processes share a log, a lane's concurrency and rate are kept by the one that has it.
      if (!log.owns(log.shardOf(dispatch.route().lane()))
          || !Terms.of(dispatch.mail()).isReleased(clock.instant())
          || !scheduler.isQuick(lane, settings.patience())) {
        return Optional.empty();
      }
      Entry entry =
          new Entry(UUID.randomUUID(), dispatch.mail(), Optional.of(dispatch.route()), lane);
      FirstAttempt attempt = new FirstAttempt(this, entry);
      straight.put(entry.id, attempt);
      book.add(entry, dispatch.mail().content());
      scheduler.states().makeReady(entry);
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
        return new FirstAttempt.Left(
            attempted.notices(),
            attempted.remaining(entry.id, 1, attempted.delivery().mail()));
      }
      SpooledMail mail = Objects.requireNonNull(entry.mail);
      Instant due = clock.instant();
      if (entry.phase == Entry.Phase.READY) {
        scheduler.states().take(entry);
        book.forget(entry);
      } else {
        // One that merely waited long for its turn says nothing against the destination.
        if (System.nanoTime() - entry.begun > settings.patience().toNanos() / 2) {
          scheduler.lane(route).straightAgain = clock.instant().plus(SLOW_MEMORY);
        }
        entry.generation = 1;
        entry.written = 1;
        if (!book.isOurs(entry)) {
          // Whoever has its shard by now leaves it alone while it is under way here.
          due = due.plus(UNDER_WAY_HERE);
        }
      }
      return new FirstAttempt.Left(
          List.of(),
          Optional.of(
              QueueRecord.Waiting.first(entry.id, entry.route, due, Optional.empty(), mail)));
    } finally {
      scheduler.lock.unlock();
    }
  }

  private void straightEnded(UUID entry) {
    Optional.ofNullable(straight.get(entry)).ifPresent(FirstAttempt::complete);
  }

  /** It isn't known whether the first record of an entry was written; when it arrives, it was. */
  void doubt(Entry entry) {
    scheduler.lock.lock();
    try {
      entry.inDoubt = entry.handedOver();
      book.resolveDoubt(entry);
    } finally {
      scheduler.lock.unlock();
    }
  }

  void settle(Entry entry, Optional<QueueRecord.Waiting> durable) {
    scheduler.lock.lock();
    try {
      entry.inDoubt = false;
      if (entry.durable.isDone()) {
        // Its record has arrived, and it has gone on since.
        return;
      }
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

  // ---- what the scheduler sets going ----

  @Override
  public void start(Entry entry) {
    entry.begun = System.nanoTime();
    attempts.run(entry, () -> {
      mark(entry);
      attempts.attempt(entry);
    });
  }

  private void mark(Entry entry) {
    if (entry.unsure && (afterCrash || entry.ofBroken)) {
      book.mail(entry)
          .ifPresent(mail -> trace.record(Repetition.of(
              mail,
              entry.route.map(Route::lane).orElse(""),
              entry.ofBroken
                  ? "may have been under way when another server, or the broker, broke off"
                  : "may have been under way when the last run broke off")));
    }
    entry.unsure = false;
  }

  @Override
  public void expire(Entry entry, String reason) {
    chore(entry, () -> attempts.expire(entry, reason));
  }

  @Override
  public void warn(Entry entry) {
    chore(entry, () -> attempts.warn(entry));
  }

  @Override
  public void backToSpool(Entry entry) {
    chore(entry, () -> enterAgain(entry));
  }

  private void chore(Entry entry, Runnable task) {
    attempts.run(entry, () -> {
      try {
        task.run();
      } finally {
        scheduler.lock.lock();
        try {
          scheduler.choreDone();
        } finally {
          scheduler.lock.unlock();
        }
      }
    });
  }

  // ---- what waits for the chain ----

  private void enterAgain(Entry entry) {
    Optional<SpooledMail> mail = book.mail(entry);
    if (mail.isEmpty()) {
      return;
    }
    try {
      List<byte[]> spool =
          products.encode(List.of(mail.get()), List.of()).append().spool();
      QueueRecord.Ended ended = new QueueRecord.Ended(entry.id, entry.generation + 1);
      book.write(List.of(new EntryBook.Change(entry, ended, spool, List.of())), threads::isClosing);
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
      scheduler.census().put(entry);
    } finally {
      scheduler.lock.unlock();
    }
    return new LongChain(this, entry);
  }

  QueueRecord.Waiting record(Entry entry, SpooledMail mail) {
    Instant due = book.isOurs(entry) ? clock.instant() : clock.instant().plus(UNDER_WAY_HERE);
    return QueueRecord.Waiting.first(
        entry.id, Optional.empty(), due, Optional.of("in the chain"), mail);
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
          Optional.empty(),
          same.at(same.processor(), same.position(), same.attempts() + 1));
      book.write(
          List.of(new EntryBook.Change(entry, waiting, List.of(), List.of())), threads::isClosing);
    });
  }

  /** Ends a long way through the chain, together with what came of it. */
  void finish(Entry entry, Append produced) {
    if (entry.durable.join()) {
      QueueRecord.Ended ended = new QueueRecord.Ended(entry.id, entry.generation + 1);
      EntryBook.Change change =
          new EntryBook.Change(entry, ended, produced.spool(), new ArrayList<>(produced.entries()));
      book.write(List.of(change), threads::isClosing);
    }
  }
}
