package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;

class RemoteQueueStartTest {
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** A clock that goes to the time that is waited for when the test says so. */
  private static final class FakeAlarm implements Alarm {
    private final BlockingQueue<Instant> awaited = new SynchronousQueue<>();
    private volatile Instant now;

    FakeAlarm(String now) {
      this.now = Instant.parse(now);
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void awaitUntil(Instant time) throws InterruptedException {
      awaited.put(time);
      now = time;
    }

    /** Lets that time come which is waited for. */
    Instant ring() throws InterruptedException {
      return awaited.take();
    }
  }

  private final FakeAlarm alarm = new FakeAlarm("2026-03-28T22:15:30Z");
  private final RunLog log = new RunLog();

  private RemoteQueueStart service(String times, Duration jitter, RemoteQueueStart.Run run)
      throws Exception {
    RemoteQueueStart service = new RemoteQueueStart(
        "isp", new RemoteQueueStart.Plan(Timetable.parse(times), BERLIN, jitter), run, alarm, log);
    service.start();
    return service;
  }

  @Test
  void runsAtTheTimesOfItsZoneAlsoWhenTheHourChanges() throws Exception {
    RemoteQueueStart service =
        service("30 0,3 * * *", Duration.ZERO, () -> RunResult.success(2, "2 mails"));
    // In Berlin the clock goes from 2 to 3 on 29 March 2026.
    List<Instant> rung = List.of(alarm.ring(), alarm.ring(), alarm.ring());
    assertThat(rung)
        .containsExactly(
            Instant.parse("2026-03-28T23:30:00Z"),
            Instant.parse("2026-03-29T01:30:00Z"),
            Instant.parse("2026-03-29T22:30:00Z"));
    await()
        .untilAsserted(() -> assertThat(log.views()).singleElement().satisfies(view -> {
          assertThat(view.succeeded()).isEqualTo(3);
          assertThat(view.failed()).isZero();
          assertThat(view.mails()).isEqualTo(6);
          assertThat(view.lastRun()).isEqualTo("2026-03-29T22:30:00Z");
          assertThat(view.next()).isEqualTo("2026-03-30T01:30:00Z");
        }));
    service.stop(GRACE);
  }

  @Test
  void startsLaterByTheJitterAtTheMost() throws Exception {
    Duration jitter = Duration.ofMinutes(5);
    RemoteQueueStart service = service("0 * * * *", jitter, () -> RunResult.success(0, "nothing"));
    for (int i = 0; i < 20; i++) {
      Instant began = alarm.ring();
      Instant hour = began.truncatedTo(ChronoUnit.HOURS);
      assertThat(Duration.between(hour, began)).isBetween(Duration.ZERO, jitter);
    }
    service.stop(GRACE);
  }

  @Test
  void letsTimesPassWhileARunIsUnderWay() throws Exception {
    RemoteQueueStart service = service("*/10 * * * *", Duration.ZERO, () -> {
      alarm.now = alarm.now.plus(Duration.ofMinutes(25));
      return RunResult.success(0, "slow");
    });
    assertThat(alarm.ring()).isEqualTo(Instant.parse("2026-03-28T22:20:00Z"));
    assertThat(alarm.ring()).isEqualTo(Instant.parse("2026-03-28T22:50:00Z"));
    service.stop(GRACE);
  }

  @Test
  void goesOnAfterAFailureOfWhateverKind() throws Exception {
    BlockingQueue<RuntimeException> failures =
        new LinkedBlockingQueue<>(List.of(new IllegalStateException("unexpected")));
    RemoteQueueStart service = service("0 * * * *", Duration.ZERO, () -> {
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      return RunResult.failure("refused");
    });
    alarm.ring();
    alarm.ring();
    await()
        .untilAsserted(() -> assertThat(log.views()).singleElement().satisfies(view -> {
          assertThat(view.failed()).isEqualTo(2);
          assertThat(view.lastResult()).isEqualTo("refused");
        }));
    service.stop(GRACE);
  }

  @Test
  void stopsAtOnceBetweenRuns() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    RemoteQueueStart service = service("0 * * * *", Duration.ZERO, () -> {
      ran.countDown();
      return RunResult.success(0, "");
    });
    service.stop(GRACE);
    assertThat(ran.getCount()).isEqualTo(1);
  }

  @Test
  void letsARunUnderWayEndAtAStopAndBeginsNoOther() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    RemoteQueueStart service = service("0 * * * *", Duration.ZERO, () -> {
      began.countDown();
      mayEnd.await();
      return RunResult.success(1, "done");
    });
    alarm.ring();
    began.await();
    Thread stop = Thread.ofVirtual().start(() -> {
      try {
        service.stop(GRACE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    await().until(() -> stop.getState() != Thread.State.RUNNABLE);
    mayEnd.countDown();
    stop.join();
    assertThat(log.views()).singleElement().satisfies(view -> {
      assertThat(view.succeeded()).isEqualTo(1);
      assertThat(view.lastResult()).isEqualTo("done");
    });
  }

  @Test
  void cutsARunOffThatDoesNotEndWithinTheGrace() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    RemoteQueueStart service = service("0 * * * *", Duration.ZERO, () -> {
      began.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        cut.countDown();
        throw e;
      }
      return RunResult.success(0, "");
    });
    alarm.ring();
    began.await();
    service.stop(Duration.ofMillis(1));
    cut.await();
  }
}
