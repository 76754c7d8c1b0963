package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  // Near the overflow that System.nanoTime may have at any time.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  private RateLimiter<String> limiter(long limit, int maxKeys) {
    return new RateLimiter<>(limit, MINUTE, maxKeys, now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void grantsTheLimitAtOnceAndThenAsItComesBack() {
    RateLimiter<String> limiter = limiter(6, 100);
    for (int i = 0; i < 6; i++) {
      assertThat(limiter.tryAcquire("a")).isTrue();
    }
    assertThat(limiter.tryAcquire("a")).isFalse();
    assertThat(limiter.tryAcquire("b")).isTrue();
    pass(Duration.ofSeconds(9));
    assertThat(limiter.tryAcquire("a")).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(limiter.tryAcquire("a")).isTrue();
    assertThat(limiter.tryAcquire("a")).isFalse();
    pass(MINUTE);
    assertThat(limiter.tryAcquire("a", 6)).isTrue();
  }

  @Test
  void takesSeveralEventsWholeOrNotAtAll() {
    RateLimiter<String> limiter = limiter(10, 100);
    assertThat(limiter.tryAcquire("a", 11)).isFalse();
    assertThat(limiter.tryAcquire("a", 8)).isTrue();
    assertThat(limiter.tryAcquire("a", 3)).isFalse();
    assertThat(limiter.tryAcquire("a", 2)).isTrue();
  }

  @Test
  void limitsNothingAtZero() {
    RateLimiter<String> limiter = limiter(0, 1);
    assertThat(limiter.tryAcquire("a", Long.MAX_VALUE)).isTrue();
    assertThat(limiter.keys()).isZero();
  }

  @Test
  void remembersAKeyOverTheChangeOfGenerations() {
    RateLimiter<String> limiter = limiter(2, 100);
    limiter.tryAcquire("other");
    pass(Duration.ofSeconds(59));
    limiter.tryAcquire("a", 2);
    pass(Duration.ofSeconds(2));
    assertThat(limiter.tryAcquire("a")).isFalse();
  }

  @Test
  void forgetsQuietKeys() {
    RateLimiter<String> limiter = limiter(1, 100);
    for (int i = 0; i < 50; i++) {
      limiter.tryAcquire("key" + i);
    }
    pass(MINUTE.multipliedBy(3));
    limiter.tryAcquire("a");
    assertThat(limiter.keys()).isEqualTo(1);
  }

  @Test
  void countsAnIpv6NetworkAsOne() {
    RateLimiter<InetAddress> limiter = new RateLimiter<>(1, MINUTE);
    assertThat(limiter.tryAcquire(network("2001:db8::1"))).isTrue();
    assertThat(limiter.tryAcquire(network("2001:db8::2"))).isFalse();
    assertThat(limiter.tryAcquire(network("2001:db8:0:1::1"))).isTrue();
    assertThat(limiter.tryAcquire(network("192.0.2.1"))).isTrue();
    assertThat(limiter.tryAcquire(network("192.0.2.2"))).isTrue();
  }

  private static InetAddress network(String address) {
    return ClientNetwork.of(InetAddress.ofLiteral(address));
  }

  @Property
  void neverGrantsMoreThanTwiceTheLimitWithinAPeriod(
      @ForAll @Size(max = 200) int[] pauses, @ForAll @IntRange(min = 1, max = 20) int limit) {
    RateLimiter<String> limiter = limiter(limit, 100);
    long start = now.get();
    int granted = 0;
    for (int pause : pauses) {
      pass(Duration.ofMillis(Math.floorMod(pause, 5_000)));
      if (now.get() - start > MINUTE.toNanos()) {
        break;
      }
      granted += limiter.tryAcquire("a") ? 1 : 0;
    }
    assertThat(granted).isLessThanOrEqualTo(2 * limit);
  }

  @Property
  void holdsABoundedNumberOfKeys(@ForAll @Size(max = 300) int[] keys) {
    RateLimiter<String> limiter = limiter(1, 20);
    for (int key : keys) {
      limiter.tryAcquire("key" + key);
      assertThat(limiter.keys()).isLessThanOrEqualTo(40);
    }
  }
}
