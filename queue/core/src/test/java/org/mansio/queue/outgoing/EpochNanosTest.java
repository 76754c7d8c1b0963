package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class EpochNanosTest {
  @Property
  void aMomentComesBackAsItWas(@ForAll long nanos) {
    assertThat(EpochNanos.of(EpochNanos.instant(nanos))).isEqualTo(nanos);
  }

  @Property
  void momentsKeepTheirOrder(@ForAll Instant one, @ForAll Instant other) {
    int order = Long.compare(EpochNanos.of(one), EpochNanos.of(other));
    assertThat(order == 0 || order == Integer.signum(one.compareTo(other))).isTrue();
  }

  @Example
  void whatLiesOutsideBecomesTheNearest() {
    assertThat(EpochNanos.of(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
    assertThat(EpochNanos.of(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    Instant first = EpochNanos.instant(Long.MIN_VALUE);
    Instant last = EpochNanos.instant(Long.MAX_VALUE);
    assertThat(EpochNanos.of(first.minusNanos(1))).isEqualTo(Long.MIN_VALUE);
    assertThat(EpochNanos.of(last.plusNanos(1))).isEqualTo(Long.MAX_VALUE);
  }
}
