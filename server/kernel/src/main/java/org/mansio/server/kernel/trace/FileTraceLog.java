package org.mansio.server.kernel.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Component;
import org.mansio.server.kernel.ServerSettings;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace in files. Recording puts the event into a bounded queue that one thread writes out in batches, unsynced: the
 * trace is for people, mail doesn't wait for it. When the disk is slower than the events, events are left out; how many,
 * is counted and logged. Thread-safe.
 */
public final class FileTraceLog implements TraceLog, Component {
  private static final Logger LOG = LoggerFactory.getLogger(FileTraceLog.class);

  /** Events waiting for the disk: a second or two of full load, some MB. */
  private static final int QUEUE_LENGTH = 16_384;

  private static final int BATCH = 1_024;
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(5);

  /** How long a stop waits at most for an idle writer to look up. */
  private static final long IDLE_MILLIS = 100;

  /** After a batch the writer gathers the next for so long: under load, events don't wake it one by one. */
  private static final Duration GATHERING = Duration.ofMillis(10);

  private final TraceSegments segments;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
  private final AtomicLong leftOut = new AtomicLong();
  private final AtomicLong leftOutReported = new AtomicLong();
  private final Duration gathering;

  /** A permit ends the gathering under way, or the next one, at once. Too many do no harm. */
  private final Semaphore hurry = new Semaphore(0);

  private volatile @Nullable Thread writer;
  private volatile boolean stopping;

  /** What waits for the writer. */
  private sealed interface Entry {
    record Event(TraceEvent event) implements Entry {}

    /** Counted down when all before it is written. */
    record Mark(CountDownLatch reached) implements Entry {}
  }

  /**
   * A trace in a folder, which is made when the first event is written.
   *
   * @param settings of {@link ServerSettings#TRACE}
   */
  public FileTraceLog(Path folder, Settings settings, Clock clock) {
    this(folder, settings, clock, GATHERING);
  }

  FileTraceLog(Path folder, Settings settings, Clock clock, Duration gathering) {
    this.gathering = gathering;
    this.segments = new TraceSegments(
        folder,
        settings.get(ServerSettings.TRACE_MAX_SIZE),
        settings.get(ServerSettings.TRACE_SEGMENT_SIZE),
        settings.get(ServerSettings.TRACE_MAX_AGE),
        clock);
  }

  @Override
  public String name() {
    return "trace";
  }

  @Override
  public Phase phase() {
    return Phase.TRACE;
  }

  @Override
  public void start() {
    stopping = false;
    writer = Thread.ofPlatform().name("trace-writer").daemon().start(this::write);
  }

  @Override
  public void stop(Duration grace) throws InterruptedException {
    stopping = true;
    Thread current = writer;
    if (current != null) {
      hurry.release();
      current.join(grace.plus(FLUSH_LIMIT));
      writer = null;
    }
  }

  @Override
  public void record(TraceEvent event) {
    if (!queue.offer(new Entry.Event(event))) {
      leftOut.incrementAndGet();
    }
  }

  /** Events left out so far because the disk was too slow, or because the trace wasn't started. */
  public long leftOut() {
    return leftOut.get();
  }

  @Override
  public List<TraceEvent> find(String key) {
    flush();
    try {
      return new TraceSearch(key).in(segments.list());
    } catch (IOException e) {
      LOG.error("The trace can't be read", e);
      return List.of();
    }
  }

  /** Waits until what was recorded before is written, at most for a few seconds. */
  private void flush() {
    if (writer == null) {
      return;
    }
    Entry.Mark mark = new Entry.Mark(new CountDownLatch(1));
    try {
      long limit = FLUSH_LIMIT.toMillis();
      boolean queued = queue.offer(mark, limit, TimeUnit.MILLISECONDS);
      hurry.release();
      if (!queued || !mark.reached().await(limit, TimeUnit.MILLISECONDS)) {
        LOG.warn("The trace is behind; its newest events aren't on disk yet");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    List<Entry> batch = new ArrayList<>(BATCH);
    try {
      while (!stopping || !queue.isEmpty()) {
        Entry first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          writeBatch(batch);
          boolean drained = batch.size() < BATCH;
          batch.clear();
          if (drained) {
            gather();
          }
        }
        reportLeftOut();
      }
    } catch (InterruptedException e) {
      LOG.debug("The trace writer was interrupted");
    } finally {
      closeSegment();
    }
  }

  /** Begins with a drained queue: a mark that has come since has a permit that nobody has taken. */
  private void gather() throws InterruptedException {
    if (!stopping && queue.size() < BATCH) {
      hurry.tryAcquire(gathering.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void writeBatch(List<Entry> batch) {
    StringBuilder lines = new StringBuilder(batch.size() * 160);
    List<CountDownLatch> marks = new ArrayList<>();
    int events = 0;
    for (Entry entry : batch) {
      switch (entry) {
        case Entry.Event(TraceEvent event) -> {
          TraceLine.write(event, lines);
          events++;
        }
        case Entry.Mark(CountDownLatch reached) -> marks.add(reached);
      }
    }
    try {
      if (events > 0) {
        segments.append(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      leftOut.addAndGet(events);
      LOG.error("{} trace events could not be written", events, e);
      closeSegment();
    }
    marks.forEach(CountDownLatch::countDown);
  }

  private void reportLeftOut() {
    long now = leftOut.get();
    long before = leftOutReported.getAndSet(now);
    if (now > before) {
      LOG.warn(
          "{} trace events were left out; the disk below data/trace is too slow or full",
          now - before);
    }
  }

  private void closeSegment() {
    try {
      segments.close();
    } catch (IOException e) {
      LOG.warn("A trace file could not be closed", e);
    }
  }
}
