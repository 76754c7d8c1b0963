package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

class RetryScheduleTest {
  private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOURS_4 = Duration.ofHours(4);
  private static final SpooledMail MAIL = new SpooledMail(
      new MailId("M"),
      Envelope.of("a@example.org", "b@example.net"),
      Content.of(new byte[0]),
      Attributes.none(),
      Origin.local(),
      ARRIVAL,
      "root",
      0,
      0);

  private final RetrySchedule schedule = new RetrySchedule(
      List.of(Duration.ofMinutes(5), Duration.ofMinutes(20), Duration.ofHours(4)),
      Duration.ofDays(5),
      List.of(HOURS_4, Duration.ofDays(1)));

  private static Terms terms() {
    return Terms.of(MAIL);
  }

  private static Terms terms(UnaryOperator<Envelope> change) {
    return Terms.of(MAIL.withEnvelope(change.apply(MAIL.envelope())));
  }

  private static Recipient notifiedOn(Recipient.Notify... conditions) {
    return new Recipient(
        MailAddress.of("b@example.net"), Set.of(conditions), Optional.empty(), Optional.empty());
  }

  @Test
  void delaysGrowAndTheLastOneRepeats() {
    Instant now = ARRIVAL.plus(Duration.ofHours(1));

    assertThat(waitAfter(1, now)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
    assertThat(waitAfter(2, now)).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(24));
    assertThat(waitAfter(3, now)).isBetween(HOURS_4, HOURS_4.plusMinutes(48));
    assertThat(waitAfter(1000, now)).isBetween(HOURS_4, HOURS_4.plusMinutes(48));
  }

  private Duration waitAfter(int attempts, Instant now) {
    return Duration.between(now, schedule.next(attempts, terms(), now, "M").orElseThrow());
  }

  @Test
  void mailsThatAreDeferredTogetherComeBackSpreadAndEachWhereItDid() {
    Instant now = ARRIVAL.plus(Duration.ofHours(1));
    Map<Long, Integer> bySecond = new HashMap<>();

    for (int i = 0; i < 100_000; i++) {
      Instant due = schedule.next(1, terms(), now, "M" + i).orElseThrow();
      bySecond.merge(due.getEpochSecond(), 1, Integer::sum);
    }

    // A minute's worth: evenly that makes 1,667 in each second.
    assertThat(bySecond).hasSizeBetween(60, 61);
    assertThat(bySecond.values()).allMatch(count -> count < 3_000);
    assertThat(schedule.next(1, terms(), now, "M7"))
        .isEqualTo(schedule.next(1, terms(), now, "M7"));
  }

  @Test
  void theLastAttemptIsMadeWhenTheTimeIsOver() {
    Instant end = ARRIVAL.plus(Duration.ofDays(5));

    assertThat(schedule.next(9, terms(), end.minusSeconds(60), "M")).contains(end);
    assertThat(schedule.next(9, terms(), end, "M")).isEqualTo(Optional.empty());
    assertThat(schedule.isOver(terms(), end)).isTrue();
    assertThat(schedule.isOver(terms(), end.minusSeconds(1))).isFalse();
  }

  @Test
  void aStepIsOneDelayOrSeveral() throws Exception {
    List<Duration> delays = new ArrayList<>();
    delays.addAll(RetrySchedule.STEP.parser().parse("5m"));
    delays.addAll(RetrySchedule.STEP.parser().parse("2*1h"));

    assertThat(delays)
        .containsExactly(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(1));
  }

  @Test
  void theSenderHearsOnceOfEachMomentThatPasses() {
    Instant first = ARRIVAL.plus(HOURS_4);
    Instant second = ARRIVAL.plus(Duration.ofDays(1));

    assertThat(schedule.nextWarning(terms(), Optional.empty())).contains(first);
    assertThat(schedule.warning(terms(), Optional.empty(), first.minusMillis(1)))
        .isEmpty();
    assertThat(schedule.warning(terms(), Optional.empty(), first)).hasValueSatisfying(warning -> {
      assertThat(warning.moment()).isEqualTo(first);
      assertThat(warning.end()).isEqualTo(ARRIVAL.plus(Duration.ofDays(5)));
    });
    assertThat(schedule.warning(terms(), Optional.of(first), second.minusMillis(1)))
        .isEmpty();
    assertThat(schedule.nextWarning(terms(), Optional.of(first))).contains(second);
    assertThat(schedule.nextWarning(terms(), Optional.of(second))).isEmpty();
  }

  @Test
  void momentsThatPassedTogetherAreToldOnce() {
    Instant second = ARRIVAL.plus(Duration.ofDays(1));

    assertThat(schedule.warning(terms(), Optional.empty(), second.plusSeconds(1)))
        .map(DelayWarning::moment)
        .contains(second);
  }

  @Test
  void whoDoesNotWantToHearOfDelaysDoesNot() {
    Instant late = ARRIVAL.plus(Duration.ofDays(2));
    List<Terms> silent = List.of(
        terms(e -> e.withSender(Optional.empty())),
        terms(e -> e.withRecipients(List.of(notifiedOn(Recipient.Notify.NEVER)))),
        terms(e -> e.withRecipients(List.of(notifiedOn(Recipient.Notify.FAILURE)))));

    assertThat(silent)
        .allSatisfy(
            terms -> assertThat(schedule.warning(terms, Optional.empty(), late)).isEmpty());
    assertThat(schedule.warning(
            terms(e -> e.withRecipients(List.of(notifiedOn(Recipient.Notify.DELAY)))),
            Optional.empty(),
            late))
        .isPresent();
  }

  @Test
  void theAgeCountsFromTheReleaseWhenThereIsOne() {
    Instant release = ARRIVAL.plus(Duration.ofDays(10));
    Terms held = terms(e -> e.withHoldUntil(release));

    assertThat(held.isReleased(release.minusSeconds(1))).isFalse();
    assertThat(held.isReleased(release)).isTrue();
    assertThat(schedule.end(held)).isEqualTo(release.plus(Duration.ofDays(5)));
    assertThat(schedule.nextWarning(held, Optional.empty())).contains(release.plus(HOURS_4));
    assertThat(terms(e -> e.withHoldUntil(ARRIVAL.minusSeconds(9))).since()).isEqualTo(ARRIVAL);
  }

  @Test
  void aTimeThatTheSenderSetEndsTheMailOrIsTold() {
    Instant deadline = ARRIVAL.plus(Duration.ofHours(1));
    Terms returned =
        terms(e -> e.withDeliverBy(new DeliverBy(deadline, DeliverBy.Mode.RETURN, false)));
    Terms told = terms(e -> e.withDeliverBy(new DeliverBy(deadline, DeliverBy.Mode.NOTIFY, false)));

    assertThat(schedule.isOver(returned, deadline.minusSeconds(1))).isFalse();
    assertThat(schedule.isOver(returned, deadline)).isTrue();
    assertThat(schedule.nextWarning(returned, Optional.empty())).isEmpty();
    assertThat(schedule.next(9, returned, deadline.minusSeconds(1), "M")).contains(deadline);
    assertThat(schedule.isOver(told, deadline)).isFalse();
    assertThat(schedule.warning(told, Optional.empty(), deadline))
        .hasValueSatisfying(warning -> assertThat(warning.deliverBy()).contains(deadline));
    assertThat(schedule.nextWarning(told, Optional.of(deadline))).contains(ARRIVAL.plus(HOURS_4));
  }

  @Test
  void aParameterThatCantBeIsAsGoodAsNone() {
    Terms terms = terms(e -> e.withParameter("HOLDUNTIL", "tomorrow")
        .withParameter("MT-PRIORITY", "high")
        .withParameter("BY", "soon"));

    assertThat(terms).isEqualTo(terms());
    assertThat(terms(e -> e.withParameter("MT-PRIORITY", "99"))).isEqualTo(terms());
  }

  @Test
  void warningsCanBeSwitchedOff() throws Exception {
    assertThat(RetrySchedule.WARNING.parser().parse("off")).isEmpty();
    assertThat(RetrySchedule.WARNING.parser().parse("0")).isEmpty();
    assertThat(RetrySchedule.WARNING.parser().parse("4h")).containsExactly(HOURS_4);
  }
}
