package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mansio.protocols.smtpclient.Peer;

class DeadHostsTest {
  private static final Peer PEER =
      Peer.of("mx.example.com", InetAddress.ofLiteral("192.0.2.1"), 25);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final DeadHosts hosts = new DeadHosts(now::get);

  @Test
  void leavesAHostOutTwiceAsLongAfterEachFailureAndNeverForLong() {
    for (long seconds : new long[] {30, 60, 120, 240, 480, 600, 600}) {
      assertThat(hosts.contains(PEER)).isFalse();
      hosts.add(PEER);
      // Another mail that tried it meanwhile.
      hosts.add(PEER);
      now.addAndGet(Duration.ofSeconds(seconds).toNanos() - 1);
      assertThat(hosts.contains(PEER)).isTrue();
      now.addAndGet(1);
    }
  }

  @Test
  void aHostThatAnswersStartsAnew() {
    hosts.add(PEER);
    hosts.remove(PEER);
    assertThat(hosts.contains(PEER)).isFalse();

    hosts.add(PEER);
    now.addAndGet(DeadHosts.FIRST_PAUSE.toNanos());
    assertThat(hosts.contains(PEER)).isFalse();
  }
}
