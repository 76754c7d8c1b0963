package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.mansio.spi.settings.InvalidSettingException;

class TokenBucketTest {
  private static Rate rate(String text) throws InvalidSettingException {
    return Rate.TYPE.parser().parse(text);
  }

  @Property(tries = 300)
  void noPeriodSeesMoreThanTheCountAndLittleIsLost(
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 120) int seconds) {
    Duration period = Duration.ofSeconds(seconds);
    TokenBucket bucket = new TokenBucket(new Rate(count, period), 0);
    List<Long> taken = new ArrayList<>();
    long now = 0;
    while (taken.size() < 3 * count) {
      now = bucket.readyAt(now);
      bucket.take(1, now);
      taken.add(now);
    }

    for (int i = 0; i + count < taken.size(); i++) {
      // The timer's grain is a millisecond.
      assertThat(taken.get(i + count) - taken.get(i)).isGreaterThanOrEqualTo(period.toMillis() - 1);
    }
    // At least nine tenths of the rate, but for what each whole millisecond of waiting adds.
    assertThat(taken.getLast()).isLessThanOrEqualTo(3 * period.toMillis() * 10 / 9 + 3L * count);
  }

  @Example
  void whatIsNotThereYetIsOwed() throws Exception {
    TokenBucket bucket = new TokenBucket(rate("60/1m"), 0);

    bucket.take(10, 0);

    assertThat(bucket.readyAt(0)).isBetween(9_990L, 10_010L);
    assertThat(bucket.readyAt(10_010)).isEqualTo(10_010);
  }

  @Example
  void whatIsPutBackIsThereButNoMoreThanWasBefore() throws Exception {
    TokenBucket bucket = new TokenBucket(rate("1/1h"), 0);
    bucket.take(1, 0);
    assertThat(bucket.readyAt(0)).isBetween(3_599_000L, 3_600_000L);

    bucket.giveBack(1, 0);
    bucket.giveBack(1, 0);
    assertThat(bucket.readyAt(0)).isZero();
    bucket.take(1, 0);

    assertThat(bucket.readyAt(0)).isBetween(3_599_000L, 3_600_000L);
  }

  @Example
  void aClockThatIsSetBackStopsNothing() throws Exception {
    TokenBucket bucket = new TokenBucket(rate("60/1m"), 1_000_000);
    bucket.take(1, 1_000_000);

    assertThat(bucket.readyAt(5_000)).isBetween(5_990L, 6_010L);
  }

  @Example
  void aRateIsACountAndATime() throws Exception {
    assertThat(rate("100/1h")).isEqualTo(new Rate(100, Duration.ofHours(1)));
    assertThat(rate("10 / 30s")).isEqualTo(new Rate(10, Duration.ofSeconds(30)));
    for (String wrong : List.of("100", "0/1s", "-1/1s", "5/0", "5/100ms", "5/2d", "5/h", "x/1h")) {
      assertThatThrownBy(() -> rate(wrong)).isInstanceOf(InvalidSettingException.class);
    }
  }
}
