package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Property
  void aTimeIsKnownToWithinAnEighth(
      @ForAll @LongRange(min = 8_000, max = 86_400_000_000_000L) long nanos) {
    Latencies latencies = new Latencies();
    latencies.add(nanos);

    double millis = nanos / 1e6;
    assertThat(latencies.millis(50)).isCloseTo(millis, within(millis / 8 + 0.001));
  }

  @Test
  void percentilesAreThoseOfAllTimes() {
    Latencies latencies = new Latencies();
    for (int i = 0; i < 99; i++) {
      latencies.add(1_000_000);
    }
    latencies.add(1_000_000_000);

    assertThat(latencies.millis(99)).isCloseTo(1, within(0.125));
    assertThat(latencies.millis(100)).isCloseTo(1000, within(125.0));
  }

  @Test
  void withoutAnyTheyAreZero() {
    assertThat(new Latencies().millis(50)).isZero();
  }
}
