package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.mansio.queue.SettableClock;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** A scheduler with what it has set going, which ends when the test says so, by a clock that the test moves. */
final class LaneWorld implements LaneScheduler.Starter {
  static final int LANES = 6;

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ON_DEMAND = "d";

  final SettableClock clock = new SettableClock(START);
  final Random random;
  final List<Entry> all = new ArrayList<>();
  final List<Entry> attempted = new ArrayList<>();
  final List<Entry> chores = new ArrayList<>();
  final Set<Entry> started = new HashSet<>();
  final LaneScheduler scheduler;

  private final int activeLimit;
  private final int concurrency;

  LaneWorld(long seed, int activeLimit, int concurrency, RateLimits rates) {
    this.random = new Random(seed);
    this.activeLimit = activeLimit;
    this.concurrency = concurrency;
    this.scheduler = new LaneScheduler(
        new LaneLimits(activeLimit, Duration.ofSeconds(30), Duration.ofMinutes(30)),
        TestPolicies.of(rates),
        clock,
        lane -> concurrency,
        lane -> lane.transport.equals(ON_DEMAND),
        lane -> false,
        this);
    scheduler.lock.lock();
    scheduler.begin();
  }

  @Override
  public void start(Entry entry) {
    assertThat(entry.phase).isEqualTo(Entry.Phase.BUSY);
    assertThat(entry.lane.active).isLessThanOrEqualTo(concurrency);
    attempted.add(entry);
    started.add(entry);
    assertThat(attempted).hasSizeLessThanOrEqualTo(activeLimit).doesNotHaveDuplicates();
  }

  @Override
  public void backToSpool(Entry entry) {
    throw new AssertionError("no entry is without a lane here");
  }

  @Override
  public void expire(Entry entry, String reason) {
    chores.add(entry);
  }

  @Override
  public void warn(Entry entry) {
    chores.add(entry);
  }

  /** A mail for one of the lanes; the last one waits for a request. */
  Entry arrive(int lane) {
    boolean onDemand = lane == LANES - 1;
    SpooledMail mail = new SpooledMail(
        new MailId("M" + all.size()),
        Envelope.of("a@example.org", "b@example.net").withPriority(random.nextInt(19) - 9),
        Content.of(new byte[7]),
        Attributes.none(),
        Origin.local(),
        clock.instant(),
        "root",
        0,
        0);
    Route route = new Route(onDemand ? ON_DEMAND : "t", "lane" + lane + ".example", "bounces");
    Entry entry = new Entry(UUID.randomUUID(), mail, Optional.of(route), scheduler.lane(route));
    entry.adopt(
        QueueRecord.Waiting.first(entry.id, entry.route, clock.instant(), Optional.empty(), mail));
    entry.lane.members.add(entry);
    all.add(entry);
    scheduler.states().place(entry, false);
    scheduler.dispatch();
    return entry;
  }

  /** One of the attempts ends. @param again whether the mail is to be tried again */
  void attemptEnds(Feedback feedback, boolean again) {
    if (!attempted.isEmpty()) {
      end(attempted.get(random.nextInt(attempted.size())), feedback, again, 1);
    }
  }

  void end(Entry entry, Feedback feedback, boolean again, int connections) {
    attempted.remove(entry);
    scheduler.finished(
        entry.lane,
        new AttemptEnd(
            Duration.ofMillis(random.nextInt(500)), feedback, connections, Optional.empty()));
    if (again) {
      entry.becomesDue(clock.instant().plusSeconds(random.nextInt(4000)));
      scheduler.states().place(entry, false);
      scheduler.dispatch();
    } else {
      end(entry);
    }
  }

  void end(Entry entry) {
    entry.phase = Entry.Phase.ENDED;
    scheduler.census().remove(entry);
    entry.lane.members.remove(entry);
    all.remove(entry);
  }

  void choresEnd() {
    for (Entry entry : List.copyOf(chores)) {
      if (TestPolicies.SCHEDULE.isOver(entry.terms, clock.instant())) {
        end(entry);
      } else {
        entry.warned = Optional.of(clock.instant());
        scheduler.states().place(entry, false);
      }
      scheduler.choreDone();
    }
    chores.clear();
  }

  Optional<Entry> anyIn(Set<Entry.Phase> phases) {
    List<Entry> found =
        all.stream().filter(entry -> phases.contains(entry.phase)).toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.get(random.nextInt(found.size())));
  }

  void pass(Duration time) {
    clock.advance(time);
    scheduler.timer().wake(clock.instant());
  }

  void step() {
    Set<Entry.Phase> atRest = Set.of(Entry.Phase.READY, Entry.Phase.DEFERRED, Entry.Phase.WAITING);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> arrive(random.nextInt(LANES));
      case 3, 4 -> attemptEnds(Feedback.TAKEN, false);
      case 5 -> attemptEnds(Feedback.ANSWERED, true);
      case 6 -> attemptEnds(Feedback.CONGESTED, true);
      case 7 -> attemptEnds(Feedback.DOWN, true);
      case 8 ->
        anyIn(atRest).ifPresent(entry -> {
          scheduler.states().take(entry);
          scheduler.states().hold(entry);
        });
      case 9 ->
        anyIn(Set.of(Entry.Phase.HELD)).ifPresent(entry -> {
          scheduler.states().take(entry);
          scheduler.states().place(entry, false);
          scheduler.dispatch();
        });
      case 10 -> {
        anyIn(atRest).ifPresent(scheduler.states()::request);
        scheduler.dispatch();
      }
      default -> {
        pass(Duration.ofMillis(random.nextInt(600_000)));
        choresEnd();
      }
    }
  }

  void check() {
    for (Lane lane : scheduler.lanes().all()) {
      assertThat(lane.ready).hasSize(count(lane, Entry.Phase.READY));
      assertThat(lane.waiting).hasSize(count(lane, Entry.Phase.WAITING));
      assertThat(lane.waitingOctets).isEqualTo(7L * lane.waiting.size());
      assertThat(lane.deferred).isEqualTo(count(lane, Entry.Phase.DEFERRED));
      assertThat(lane.held).isEqualTo(count(lane, Entry.Phase.HELD));
      assertThat(lane.active).isEqualTo((int)
          attempted.stream().filter(entry -> entry.lane == lane).count());
      assertThat(lane.ready.stream().map(Entry::rank))
          .allMatch(rank -> rank >= lane.ready.first().rank());
    }
    assertThat(all.stream().filter(entry -> entry.phase == Entry.Phase.BUSY).count())
        .isEqualTo(attempted.size() + chores.size());
    assertThat(scheduler.census().count(QueueEntry.State.READY))
        .isEqualTo(all.stream().filter(e -> e.phase == Entry.Phase.READY).count());
  }

  private int count(Lane lane, Entry.Phase phase) {
    return (int)
        all.stream().filter(entry -> entry.lane == lane && entry.phase == phase).count();
  }
}
