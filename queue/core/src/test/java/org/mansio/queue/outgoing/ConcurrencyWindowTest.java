package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;

class ConcurrencyWindowTest {
  private static final int MOST = 20;

  private static void succeed(ConcurrencyWindow window, int times) {
    for (int i = 0; i < times; i++) {
      window.succeeded(true, MOST);
    }
  }

  @Example
  void itGrowsWithEachSuccessUpToTheMost() {
    ConcurrencyWindow window = new ConcurrencyWindow(5);

    succeed(window, 5);
    assertThat(window.size(MOST)).isEqualTo(10);
    succeed(window, 100);

    assertThat(window.size(MOST)).isEqualTo(MOST);
    assertThat(window.size(3)).isEqualTo(3);
  }

  @Example
  void successesWhilePlacesWereFreeSayNothing() {
    ConcurrencyWindow window = new ConcurrencyWindow(5);

    for (int i = 0; i < 100; i++) {
      window.succeeded(false, MOST);
    }

    assertThat(window.size(MOST)).isEqualTo(5);
  }

  @Example
  void aRoundThatIsRefusedHalvesItOnce() {
    ConcurrencyWindow window = new ConcurrencyWindow(16);

    for (int underWay = 15; underWay >= 0; underWay--) {
      window.refused(underWay, MOST);
    }
    assertThat(window.size(MOST)).isEqualTo(8);
    window.refused(7, MOST);

    assertThat(window.size(MOST)).isEqualTo(4);
  }

  @Example
  void itNeverFallsBelowOne() {
    ConcurrencyWindow window = new ConcurrencyWindow(2);

    for (int i = 1; i < 10; i++) {
      window.refused(0, MOST);
    }

    assertThat(window.size(MOST)).isEqualTo(1);
  }

  @Example
  void afterARefusalItGrowsByOneInARoundTheFirstTimeInTwo() {
    ConcurrencyWindow window = new ConcurrencyWindow(8);
    window.refused(2, MOST);
    assertThat(window.size(MOST)).isEqualTo(4);
    window.ended();
    succeed(window, 1);

    succeed(window, 7);
    assertThat(window.size(MOST)).isEqualTo(4);
    succeed(window, 1);
    assertThat(window.size(MOST)).isEqualTo(5);
    succeed(window, 4);
    assertThat(window.size(MOST)).isEqualTo(5);
    succeed(window, 1);

    assertThat(window.size(MOST)).isEqualTo(6);
  }

  @Property(tries = 100)
  void itStaysNearWhatTheDestinationTakes(
      @ForAll @IntRange(min = 2, max = 19) int taken, @ForAll long seed) {
    ConcurrencyWindow window = new ConcurrencyWindow(5);
    Random random = new Random(seed);
    int refusals = 0;
    int attempts = 5_000;
    Map<Integer, Integer> sizes = new TreeMap<>();
    for (int i = 1; i <= attempts; i++) {
      int size = window.size(MOST);
      sizes.merge(size, 1, Integer::sum);
      // Who is over the limit is refused, one in as many as are under way.
      if (size > taken && random.nextInt(size) < size - taken) {
        window.refused(size - 1, MOST);
        refusals++;
      } else {
        window.succeeded(true, MOST);
      }
    }

    assertThat(sizes.keySet()).allMatch(size -> size >= 1 && size <= MOST);
    assertThat(refusals).isLessThan(attempts / 2 / taken + 20);
    int enough = sizes.entrySet().stream()
        .filter(entry -> entry.getKey() >= Math.max(1, taken / 2))
        .mapToInt(Map.Entry::getValue)
        .sum();
    assertThat(enough).isGreaterThan(attempts * 8 / 10);
  }

  private static Feedback feedback(boolean laneDown, RecipientResult... results) {
    Map<Recipient, RecipientResult> all = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (int i = 0; i < results.length; i++) {
      all.put(
          Recipient.of(MailAddress.of("r" + i + "@example.net")), results[i]);
    }
    return Feedback.of(new DeliveryReport(all, laneDown));
  }

  private static RecipientResult deferred(String status, String diagnostic) {
    return new RecipientResult.Deferred(
        EnhancedStatus.parse(status), Optional.of("mx.example.net"), diagnostic);
  }

  @Example
  void whatAHostSaysOfItselfIsToldFromWhatItSaysOfTheMail() {
    RecipientResult done = new RecipientResult.Delivered(
        EnhancedStatus.parse("2.0.0"), Optional.of("mx.example.net"), "250 2.0.0 ok", false, false);
    RecipientResult never = new RecipientResult.Failed(
        EnhancedStatus.parse("5.1.1"), Optional.of("mx.example.net"), "550 5.1.1 no such user");

    assertThat(feedback(false, done, never)).isEqualTo(Feedback.TAKEN);
    assertThat(feedback(false, never)).isEqualTo(Feedback.ANSWERED);
    assertThat(feedback(false, deferred("4.7.1", "450 4.7.1 greylisted")))
        .isEqualTo(Feedback.ANSWERED);
    for (RecipientResult enough : List.of(
        deferred("4.7.0", "421 4.7.0 too many connections from you"),
        deferred("4.4.2", "mx.example.net[192.0.2.1]:25: 421 closing"),
        deferred("4.3.2", "451 4.3.2 not accepting network messages"),
        deferred("4.4.5", "451 4.4.5 congested"),
        deferred("4.7.28", "450 4.7.28 unusual rate"))) {
      assertThat(feedback(false, done, enough)).isEqualTo(Feedback.CONGESTED);
      assertThat(feedback(true, enough)).isEqualTo(Feedback.CONGESTED);
    }
    RecipientResult ours = new RecipientResult.Deferred(
        EnhancedStatus.parse("4.4.1"), Optional.empty(), "mx[192.0.2.421]:25: no connection");
    assertThat(feedback(true, ours)).isEqualTo(Feedback.DOWN);
  }

  @Example
  void lanesThatWentDownTogetherDoNotComeBackTogether() {
    Duration half = Duration.ofMinutes(30);

    assertThat(Spread.shorter(half, "a", 1)).isNotEqualTo(Spread.shorter(half, "b", 1));
    assertThat(Spread.shorter(half, "a", 1))
        .isEqualTo(Spread.shorter(half, "a", 1))
        .isBetween(Duration.ofMinutes(24), half);
  }
}
