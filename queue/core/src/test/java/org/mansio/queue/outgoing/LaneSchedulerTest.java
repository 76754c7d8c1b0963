package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.queue.SettableClock;
import org.mansio.queue.record.QueueRecord;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** Whose turn it is, and what the timer finds, by a clock that the test moves. */
class LaneSchedulerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final AttemptEnd DONE =
      new AttemptEnd(Duration.ZERO, Feedback.TAKEN, 0, Optional.empty());
  private static final AttemptEnd DOWN =
      new AttemptEnd(Duration.ZERO, Feedback.DOWN, 0, Optional.of("refused"));

  private final SettableClock clock = new SettableClock(START);
  private final List<String> done = new ArrayList<>();
  private final List<Entry> warned = new ArrayList<>();
  private final List<Lane> busy = new ArrayList<>();
  private final Set<String> onDemand = new HashSet<>();
  private final Set<String> paused = new HashSet<>();
  private final LaneScheduler scheduler = new LaneScheduler(
      new LaneLimits(1, HOUR, HOUR),
      TestPolicies.of(RateLimits.NONE),
      clock,
      lane -> 1,
      lane -> onDemand.contains(lane.transport),
      lane -> paused.contains(lane.destination),
      new Remembering());

  /** Does nothing but write down what it is told. */
  private final class Remembering implements LaneScheduler.Starter {
    @Override
    public void start(Entry entry) {
      done.add("try " + name(entry));
      busy.add(entry.lane);
    }

    @Override
    public void backToSpool(Entry entry) {
      done.add("spool " + name(entry));
    }

    @Override
    public void expire(Entry entry, String reason) {
      done.add("expire " + name(entry));
    }

    @Override
    public void warn(Entry entry) {
      done.add("warn " + name(entry));
      warned.add(entry);
    }
  }

  private static String name(Entry entry) {
    return entry.mailId.value().toLowerCase(Locale.ROOT);
  }

  @BeforeEach
  void begin() {
    scheduler.lock.lock();
    scheduler.begin();
  }

  @AfterEach
  void unlock() {
    scheduler.lock.unlock();
  }

  private Entry entry(String id, String lane, UnaryOperator<Envelope> envelope) {
    SpooledMail mail = new SpooledMail(
        new MailId(id.toUpperCase(Locale.ROOT)),
        envelope.apply(Envelope.of("a@example.org", "b@example.net")),
        Content.of(new byte[10]),
        Attributes.none(),
        Origin.local(),
        clock.instant(),
        "root",
        0,
        0);
    int colon = lane.indexOf(':');
    Route route = new Route(lane.substring(0, colon), lane.substring(colon + 1), "bounces");
    Entry entry = new Entry(UUID.randomUUID(), mail, Optional.of(route), scheduler.lane(route));
    entry.adopt(
        QueueRecord.Waiting.first(entry.id, entry.route, clock.instant(), Optional.empty(), mail));
    entry.lane.members.add(entry);
    return entry;
  }

  private Entry place(String id, String lane, UnaryOperator<Envelope> envelope) {
    Entry entry = entry(id, lane, envelope);
    scheduler.states().place(entry, false);
    scheduler.dispatch();
    return entry;
  }

  private Entry place(String id, String lane) {
    return place(id, lane, UnaryOperator.identity());
  }

  private Entry urgent(String id, String lane, int priority) {
    return place(id, lane, envelope -> envelope.withPriority(priority));
  }

  /** Ends the attempt under way, and whatever follows from it, until nothing is left to try. */
  private void workOff() {
    scheduler.dispatch();
    while (!busy.isEmpty()) {
      scheduler.finished(busy.removeFirst(), DONE);
    }
  }

  private void pass(Duration time) {
    clock.advance(time);
    scheduler.timer().wake(clock.instant());
  }

  @Test
  void urgentMailOvertakesWithinItsLaneAndTheRestKeepsItsOrder() {
    place("blocking", "t:a");
    place("first", "t:a");
    urgent("low", "t:a", -3);
    urgent("high", "t:a", 4);
    place("second", "t:a");

    workOff();

    assertThat(done)
        .containsExactly("try blocking", "try high", "try first", "try second", "try low");
  }

  @Test
  void theLaneWithTheMostUrgentMailHasTheNextPlace() {
    place("blocking", "t:a");
    place("b", "t:b");
    place("c", "t:c");
    urgent("d", "t:d", 1);
    urgent("c2", "t:c", 9);

    workOff();

    assertThat(done).containsExactly("try blocking", "try c2", "try d", "try b", "try c");
  }

  @Test
  void nothingStarvesBehindUrgentMailThatGoesOnComing() {
    place("blocking", "t:a");
    urgent("patient", "t:a", -9);
    for (int i = 0; i < 200 && !done.contains("try patient"); i++) {
      clock.advance(Duration.ofMinutes(1));
      urgent("urgent" + i, "t:a", 9);
      urgent("other" + i, "t:b", 9);
      scheduler.finished(busy.removeFirst(), DONE);
    }

    assertThat(done).contains("try patient");
  }

  @Test
  void lanesTakeTurnsWhateverTheirLength() {
    place("blocking", "t:a");
    for (int i = 0; i < 3; i++) {
      place("a" + i, "t:a");
    }
    place("b0", "t:b");
    place("c0", "t:c");

    workOff();

    assertThat(done)
        .containsExactly("try blocking", "try b0", "try c0", "try a0", "try a1", "try a2");
  }

  @Test
  void waitingMailIsWarnedOfAndExpiresWithoutEverBeingTried() {
    onDemand.add("d");
    Entry entry = place("m", "d:example.net");
    assertThat(entry.phase).isEqualTo(Entry.Phase.WAITING);

    pass(HOUR.multipliedBy(4).minusMillis(1));
    assertThat(done).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(done).containsExactly("warn m");
    entry.warned = Optional.of(clock.instant());
    scheduler.states().place(entry, false);
    pass(Duration.ofDays(4));
    assertThat(done).hasSize(1);
    pass(Duration.ofDays(1));

    assertThat(done).containsExactly("warn m", "expire m");
    assertThat(entry.lane.waiting).isEmpty();
    assertThat(entry.lane.waitingOctets).isZero();
  }

  @Test
  void mailOfARestingLaneIsWarnedOfAtOnce() {
    clock.advance(HOUR.negated());
    Entry entry = place("m", "t:dead");
    scheduler.finished(busy.removeFirst(), DOWN);
    clock.advance(HOUR.multipliedBy(4));
    scheduler.timer().rest(entry.lane, clock.instant().plus(HOUR));
    scheduler.states().place(entry, false);
    assertThat(entry.phase).isEqualTo(Entry.Phase.READY);

    pass(Duration.ZERO);

    assertThat(done).containsExactly("try m", "warn m");
    assertThat(scheduler.diagnosis().reason(entry)).isEqualTo("refused");
  }

  @Test
  void mailThatIsDueIsTriedBeforeItsSenderIsWarned() {
    Entry entry = entry("m", "t:a", UnaryOperator.identity());
    entry.becomesDue(START.plus(HOUR.multipliedBy(4)));
    scheduler.states().place(entry, false);

    pass(HOUR.multipliedBy(4));

    assertThat(done).containsExactly("try m");
  }

  @Test
  void mailThatWaitsForAPlaceIsWarnedOfAfterAMoment() {
    place("blocking", "t:a");
    place("m", "t:a");

    pass(HOUR.multipliedBy(4));

    assertThat(done).containsExactly("try blocking", "warn m");
  }

  @Test
  void aDeadlineEndsMailWhereverItWaits() {
    onDemand.add("d");
    UnaryOperator<Envelope> inAnHour = envelope ->
        envelope.withDeliverBy(new DeliverBy(START.plus(HOUR), DeliverBy.Mode.RETURN, false));
    place("blocking", "t:a");
    place("ready", "t:a", inAnHour);
    place("waiting", "d:a", inAnHour);
    Entry deferred = entry("deferred", "t:b", inAnHour);
    deferred.becomesDue(START.plus(HOUR));
    scheduler.states().place(deferred, false);

    pass(HOUR.minusMillis(1));
    assertThat(done).containsExactly("try blocking");
    pass(Duration.ofMillis(1));

    assertThat(done)
        .containsExactlyInAnyOrder(
            "try blocking", "expire ready", "expire waiting", "expire deferred");
  }

  @Test
  void mailThatIsTooLateIsNotTriedEvenIfItCouldBe() {
    place("blocking", "t:a");
    place(
        "late",
        "t:a",
        envelope -> envelope.withDeliverBy(
            new DeliverBy(START.plusSeconds(9), DeliverBy.Mode.RETURN, false)));
    clock.advance(Duration.ofSeconds(9));

    workOff();

    assertThat(done).containsExactly("try blocking", "expire late");
  }

  @Test
  void heldBackMailIsReleasedInTimeAndByNothingElse() {
    onDemand.add("d");
    Instant release = START.plus(HOUR);
    Entry entry = place("m", "t:a", envelope -> envelope.withHoldUntil(release));
    Entry waiting = place("w", "d:a", envelope -> envelope.withHoldUntil(release));

    assertThat(scheduler.states().request(entry)).isFalse();
    assertThat(entry.phase).isEqualTo(Entry.Phase.DEFERRED);
    pass(HOUR);

    assertThat(done).containsExactly("try m");
    assertThat(waiting.phase).isEqualTo(Entry.Phase.WAITING);
  }

  @Test
  void aRequestSendsWhatIsThereAndPutsItBackWhenTheLaneIsDown() {
    onDemand.add("d");
    Entry one = place("1", "d:a");
    clock.advance(Duration.ofMillis(1));
    Entry two = place("2", "d:a");

    assertThat(List.of(one, two)).allMatch(scheduler.states()::request);
    scheduler.dispatch();
    Entry later = place("3", "d:a");
    scheduler.finished(one.lane, DOWN);
    pass(HOUR.multipliedBy(2));

    assertThat(done).containsExactly("try 1");
    assertThat(two.phase).isEqualTo(Entry.Phase.WAITING);
    assertThat(later.phase).isEqualTo(Entry.Phase.WAITING);
    assertThat(one.lane.isBackedOff()).isFalse();
  }

  @Test
  void nothingGoesStraightToALaneThatWasDownUntilAnAttemptWentWell() {
    Lane lane = place("1", "t:a").lane;
    scheduler.finished(lane, DOWN);
    pass(HOUR.multipliedBy(2));
    assertThat(lane.isBackedOff()).isFalse();
    assertThat(scheduler.isQuick(lane, HOUR)).isFalse();

    scheduler.wake(lane);

    assertThat(scheduler.isQuick(lane, HOUR)).isTrue();
  }

  @Test
  void aPausedLaneIsNotTriedUntilItIsResumed() {
    paused.add("a");
    Entry entry = place("1", "t:a");
    pass(HOUR);
    assertThat(done).isEmpty();
    assertThat(scheduler.isQuick(entry.lane, HOUR)).isFalse();

    paused.clear();
    scheduler.pauseOrResume(List.of(entry.lane));

    assertThat(done).containsExactly("try 1");
  }

  @Test
  void mailOfAPausedLaneIsWarnedOfAndGivenUp() {
    paused.add("a");
    place("1", "t:a");

    pass(Duration.ofDays(6));

    assertThat(done).containsExactly("expire 1");
  }

  @Test
  void theCensusKnowsEachEntryUnderItsState() {
    onDemand.add("d");
    Entry waiting = place("w", "d:a");
    clock.advance(Duration.ofMillis(1));
    place("1", "t:a");
    clock.advance(Duration.ofMillis(1));
    Entry ready = place("2", "t:a");
    EntryCensus census = scheduler.census();

    assertThat(census.count(QueueEntry.State.WAITING)).isEqualTo(1);
    assertThat(census.count(QueueEntry.State.ACTIVE)).isEqualTo(1);
    assertThat(census.oldest(QueueEntry.State.READY)).contains(ready.arrival());
    assertThat(census.next(EnumSet.allOf(QueueEntry.State.class), Optional.empty(), 10))
        .extracting(LaneSchedulerTest::name)
        .containsExactly("w", "1", "2");

    scheduler.states().request(waiting);
    scheduler.states().take(ready);
    scheduler.states().hold(ready);

    assertThat(census.count(QueueEntry.State.WAITING)).isZero();
    assertThat(census.count(QueueEntry.State.READY)).isEqualTo(1);
    assertThat(census.count(QueueEntry.State.HELD)).isEqualTo(1);
    assertThat(census.last()).contains(EntryCensus.Place.of(ready));
  }

  @Test
  void whatAnAlarmAsksForIsDoneForSomeAtATime() {
    onDemand.add("d");
    for (int i = 0; i < 1000; i++) {
      place("m" + i, "d:a");
    }

    pass(HOUR.multipliedBy(5));
    int atOnce = done.size();
    for (Entry entry : List.copyOf(warned)) {
      entry.warned = Optional.of(clock.instant());
      scheduler.states().place(entry, false);
      scheduler.choreDone();
    }
    pass(Duration.ZERO);

    assertThat(atOnce).isBetween(1, 256);
    assertThat(done).hasSize(2 * atOnce).doesNotHaveDuplicates();
  }
}
