package org.mansio.protocols.ondemand;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.background.BackgroundService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks another server for mail at the times of a timetable, on one thread: a run that takes longer than to the next time
 * lets that time pass, so that no run overlaps another. Thread-safe.
 */
final class RemoteQueueStart implements BackgroundService {
  private static final Logger log = LoggerFactory.getLogger(RemoteQueueStart.class);

  /**
   * When to run.
   *
   * @param jitter a run begins up to so much later, so that many servers don't ask at the same second
   */
  record Plan(Timetable times, ZoneId zone, Duration jitter) {}

  /** One run. */
  @FunctionalInterface
  interface Run {
    RunResult run() throws InterruptedException;
  }

  private final String name;
  private final Plan plan;
  private final Run run;
  private final Alarm alarm;
  private final RunLog runs;
  private @Nullable Thread thread;
  private boolean running;
  private boolean stopping;

  RemoteQueueStart(String name, Plan plan, Run run, Alarm alarm, RunLog runs) {
    this.name = name;
    this.plan = plan;
    this.run = run;
    this.alarm = alarm;
    this.runs = runs;
  }

  @Override
  public synchronized void start() {
    runs.begin(name);
    thread = Thread.ofVirtual().name("remote-queue-start-" + name).start(this::work);
  }

  /** A run under way may take half of the grace to end by itself; the rest is for the deliveries of the queue. */
  @Override
  public void stop(Duration grace) throws InterruptedException {
    Thread worker;
    synchronized (this) {
      stopping = true;
      worker = thread;
      if (worker == null) {
        return;
      }
      if (!running) {
        worker.interrupt();
      }
    }
    if (!worker.join(grace.dividedBy(2))) {
      log.warn("{}: cut off by the stop of the server", name);
      worker.interrupt();
    }
  }

  private void work() {
    try {
      Optional<Instant> due = next();
      while (due.isPresent()) {
        alarm.awaitUntil(due.get());
        if (!begin()) {
          return;
        }
        runOnce();
        if (!end()) {
          return;
        }
        due = next();
      }
      log.warn("{}: the times '{}' never come again", name, plan.times().expression());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Instant> next() {
    Optional<Instant> due =
        plan.times().after(alarm.now(), plan.zone()).map(time -> time.plus(jitter()));
    runs.noteNext(name, due);
    return due;
  }

  private Duration jitter() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(plan.jitter().toMillis() + 1));
  }

  private synchronized boolean begin() {
    running = !stopping;
    return running;
  }

  private synchronized boolean end() {
    running = false;
    return !stopping;
  }

  private void runOnce() throws InterruptedException {
    Instant began = alarm.now();
    runs.noteNext(name, Optional.empty());
    RunResult result;
    try {
      result = run.run();
    } catch (RuntimeException e) {
      log.error("{}: failed unexpectedly", name, e);
      result = RunResult.failure(e.toString());
    }
    if (result.succeeded()) {
      log.info("{}: {}", name, result.text());
    } else {
      log.warn("{}: {}", name, result.text());
    }
    runs.noteRun(name, began, result);
  }
}
