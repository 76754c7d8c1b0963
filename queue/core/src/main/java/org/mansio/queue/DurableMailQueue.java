package org.mansio.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.mansio.queue.blob.ArrivingContent;
import org.mansio.queue.blob.ArrivingMemory;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.ContentKeeper;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.DurableLog;
import org.mansio.queue.outgoing.Outgoing;
import org.mansio.queue.outgoing.PausedDestinations;
import org.mansio.queue.outgoing.ProductWriter;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue over a durable log.
 *
 * <p>A mail's way: {@link #enqueue} writes one record, with the body in it when it is small, and returns after the sync that
 * it shares with all who enqueue at the time. A consumer takes it out with others, runs the chain and tries the first
 * delivery at once; most mail is then done and leaves the spool without another record. What can't be delivered at once, or
 * goes to a lane that is slow, resting or full, becomes an entry of the outgoing queue in the same transaction that takes
 * the mail out of the spool. Entries are held in an index in memory and change by generations (see {@code EntryBook}).
 *
 * <p>At a crash, mail in the spool enters the chain again and entries are as their last record says: nothing is lost, and
 * what was delivered without its end being recorded is delivered once more.
 */
public final class DurableMailQueue implements MailQueue {
  private static final Logger LOG = LoggerFactory.getLogger(DurableMailQueue.class);

  /** Mails in the chain at once, at least; with 64 KiB in memory each they take 64 MiB. */
  private static final int MIN_ROOM = 1000;

  private final QueueSettings settings;
  private final DurableLog log;
  private final TraceLog trace;
  private final InstantSource clock;
  private final BlobStore blobs;
  private final ArrivingMemory arriving = ArrivingMemory.ofHeap();
  private final RecordCodec codec;
  private final ProductWriter products;
  private final PausedDestinations paused;
  private final Outgoing outgoing;
  private final SpaceGuard space;
  private final DepthGuard depth;
  private final QueueControl control;
  private final CrashMarker crash;
  private final SpoolDoubts doubts = new SpoolDoubts(System::nanoTime);
  private final UUID start = UUID.randomUUID();
  private final List<SpoolConsumer> consumers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean open;
  private volatile boolean closing;

  public DurableMailQueue(
      QueueSettings settings,
      DurableLog log,
      FreeSpace space,
      TraceLog trace,
      InstantSource clock) {
    this.settings = settings;
    this.log = log;
    this.trace = trace;
    this.clock = clock;
    this.blobs = log.soleOwner()
        ? BlobStore.counted(settings.directory(), settings.bodies(), log::whenDurable)
        : BlobStore.linked(settings.directory(), settings.bodies());
    this.codec = new RecordCodec(blobs);
    this.products = new ProductWriter(
        new ContentKeeper(blobs, settings.inlineLimit(), log.keepsHeldInMemory()), codec, blobs);
    this.paused = new PausedDestinations(settings.directory());
    this.outgoing =
        new Outgoing(settings.outgoing(), log, codec, blobs, products, paused, trace, clock);
    this.crash =
        new CrashMarker(settings.directory(), settings.spoolConsumers() * SpoolConsumer.BATCH);
    this.space = new SpaceGuard(space, settings.minFreeSpace());
    this.depth = new DepthGuard(log::records, settings.queueLimit());
    this.control = new SpoolAndOutgoingControl(
        log, codec, outgoing.control(), new QueueHealth(log, blobs, depth, this::refusal));
  }

  @Override
  public ContentWriter newContent() {
    return new ArrivingContent(
        blobs, settings.memoryLimit(), arriving, failure -> space.failedForRoom(failure));
  }

  @Override
  public void enqueue(SpooledMail mail) throws QueueException {
    Optional<QueueException.Reason> refusal = refusal();
    if (refusal.isPresent()) {
      throw new QueueException(refusal.get(), advice(refusal.get()));
    }
    ProductWriter.Products record;
    try {
      record = products.encode(List.of(mail), List.of());
    } catch (IOException e) {
      throw new QueueException(
          space.failedForRoom(e) ? QueueException.Reason.FULL : QueueException.Reason.UNAVAILABLE,
          "can't write a body below " + settings.directory() + ": check the disk",
          e);
    }
    append(record);
  }

  private void append(ProductWriter.Products record) throws QueueException {
    try {
      log.append(record.append());
    } catch (QueueException e) {
      log.whenRefusalIsCertain(e, () -> products.giveUp(record));
      if (e.reason() == QueueException.Reason.UNAVAILABLE && space.failedForRoom(e)) {
        throw new QueueException(QueueException.Reason.FULL, advice(QueueException.Reason.FULL), e);
      }
      throw e;
    }
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    if (!open || closing) {
      return Optional.of(QueueException.Reason.CLOSED);
    }
    if (space.isLow() || depth.isFull()) {
      return Optional.of(QueueException.Reason.FULL);
    }
    // A log that is away since there is no room says so only to those who write.
    return log.refusal()
        .map(reason -> reason == QueueException.Reason.UNAVAILABLE && space.hasNoRoom()
            ? QueueException.Reason.FULL
            : reason);
  }

  private String advice(QueueException.Reason reason) {
    return switch (reason) {
      case FULL ->
        log.refusal().equals(Optional.of(QueueException.Reason.FULL))
            ? "the queue's broker has no room: give it more (storeUsage), or remove mail"
            : depth.isFull()
                ? "the queue has as many mails as queueLimit allows: raise it and the heap, or let mail leave"
                : "the disk of " + settings.directory()
                    + " is nearly full: make room or lower minFreeSpace";
      case UNAVAILABLE -> "the queue's broker is away: see the log; it recovers by itself";
      case CLOSED -> "the queue is closed";
    };
  }

  @Override
  public void open() throws QueueException {
    try {
      blobs.open();
      paused.open();
      if (!log.soleOwner()) {
        log.bodiesIn(blobs.identity());
      }
    } catch (IOException e) {
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "can't use the queue's directory " + settings.directory() + " or its bodies in "
              + settings.bodies(),
          e);
    }
    log.open(outgoing.listener());
    try {
      if (crash.begin(clock.instant())) {
        outgoing.afterCrash();
      }
    } catch (IOException e) {
      log.close();
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          "can't write below the queue's directory " + settings.directory(),
          e);
    }
    open = true;
  }

  @Override
  public void start(MailProcessor chain, Transports transports) {
    outgoing.start(transports);
    SpoolContext context = new SpoolContext(
        chain,
        outgoing,
        products,
        () -> closing,
        doubts,
        new Semaphore(Math.max(MIN_ROOM, 2 * SpoolConsumer.BATCH * settings.spoolConsumers())),
        crash);
    OrphanSweep sweep = new OrphanSweep(blobs, settings.spoolConsumers(), crash);
    for (int i = 0; i < settings.spoolConsumers(); i++) {
      SpoolConsumer consumer = new SpoolConsumer(
          i,
          context,
          log.newSpoolReader(),
          codec,
          blobs,
          sweep,
          start,
          settings.outgoing().patience(),
          trace);
      consumers.add(consumer);
      threads.add(Thread.ofVirtual().name("queue-spool-" + i).start(consumer));
    }
    if (log.keepsDamaged()) {
      LOG.warn(
          "Of the queue {} can't be read and is kept aside; bodies that no mail refers to are kept for it. When nothing of it "
              + "is needed any more: mansioctl queue forget-damaged",
          log.keptAside());
      blobs.postponeSweep();
    }
    if (log.soleOwner()) {
      threads.add(Thread.ofVirtual().name("queue-mark").start(this::mark));
    }
  }

  /** What is behind the mark has come since the start; all that was there before is then known. */
  private void mark() {
    try {
      log.awaitRecovered();
      log.append(new Append(List.of(codec.encode(new QueueRecord.Mark(start))), List.of()));
    } catch (QueueException e) {
      LOG.warn(
          "Bodies that no mail refers to are looked for at the next start only: {}",
          e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("Closed before all entries were read");
    }
  }

  @Override
  public void close(Duration grace) {
    if (!open) {
      return;
    }
    closing = true;
    consumers.forEach(SpoolConsumer::stop);
    long end = System.nanoTime() + grace.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Attempts whose record isn't known to be durable don't wait for it any longer.
    doubts.close();
    outgoing.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    log.close();
    crash.end();
    open = false;
  }

  @Override
  public QueueControl control() {
    return control;
  }
}
