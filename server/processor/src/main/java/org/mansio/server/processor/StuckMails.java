package org.mansio.server.processor;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of mails that a mailet or matcher doesn't let go, in the log and in the mail's trace, with what its thread waits for.
 * Each of them takes one of the places that the queue has for mails in the chain; when all are taken, nothing goes on, and
 * nothing else would say why. It breaks nothing off: what a mailet has done by then isn't known. Thread-safe.
 */
final class StuckMails implements AutoCloseable {
  /** Longer than any time-out of the shipped mailets. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(StuckMails.class);
  private static final Duration PULSE = Duration.ofMinutes(1);
  private static final int FRAMES = 15;

  private final TraceLog trace;
  private final LongSupplier nanos;
  private final Set<Run> underWay = ConcurrentHashMap.newKeySet();
  private final Set<Place> told = new HashSet<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean watching;

  StuckMails(TraceLog trace) {
    this(trace, System::nanoTime);
  }

  StuckMails(TraceLog trace, LongSupplier nanos) {
    this.trace = trace;
    this.nanos = nanos;
  }

  /** A mail in a mailet or matcher. No record: one visit isn't like another. */
  private static final class Place {
    private final MailId id;
    private final String where;
    private final long since;

    Place(MailId id, String where, long since) {
      this.id = id;
      this.where = where;
      this.since = since;
    }
  }

  /** One mail's way through the chain; to be closed at its end. Used by its thread. */
  final class Run implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Place place;

    private Run() {}

    /** A mailet or matcher begins. */
    void at(MailId id, String where) {
      place = new Place(id, where, nanos.getAsLong());
    }

    @Override
    public void close() {
      underWay.remove(this);
    }
  }

  /** A run that nobody watches: that of a simulation, which keeps no place that mail needs. */
  static Run unwatched() {
    StuckMails nobody = new StuckMails(TraceLog.none());
    nobody.close();
    return nobody.begin();
  }

  /** The current thread takes a mail through the chain from now on. */
  Run begin() {
    watch();
    Run run = new Run();
    underWay.add(run);
    return run;
  }

  private synchronized void watch() {
    if (!watching && closing.getCount() > 0) {
      watching = true;
      Thread.ofVirtual().name("stuck-mails").start(this::run);
    }
  }

  private void run() {
    try {
      while (!closing.await(PULSE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look();
        } catch (RuntimeException e) {
          LOG.error("Mails that are stuck in the chain can't be told of now", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells of those that are stuck by now, of each visit once. */
  void look() {
    Set<Place> stuck = new HashSet<>();
    for (Run run : underWay) {
      Place place = run.place;
      if (place != null && nanos.getAsLong() - place.since >= PATIENCE.toNanos()) {
        stuck.add(place);
        if (told.add(place)) {
          tell(place, run.thread);
        }
      }
    }
    told.retainAll(stuck);
  }

  private void tell(Place place, Thread thread) {
    String text = "has been here for " + PATIENCE.toMinutes() + " minutes";
    LOG.error(
        "{} {} at {}: the mailet or matcher doesn't come back, and keeps a place that other mail needs. It is in{}",
        place.id,
        text,
        place.where,
        Arrays.stream(thread.getStackTrace())
            .limit(FRAMES)
            .map(frame -> "\n  " + frame)
            .collect(Collectors.joining()));
    trace.record(TraceEvent.now(place.id, TraceEvent.Kind.ERROR, place.where, text));
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
