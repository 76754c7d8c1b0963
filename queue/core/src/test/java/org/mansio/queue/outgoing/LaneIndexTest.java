package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.queue.SettableClock;
import org.mansio.spi.queue.Route;

class LaneIndexTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final LaneIndex index =
      new LaneIndex(TestPolicies.of(RateLimits.NONE), new SettableClock(NOW));

  private Lane lane(String transport, String destination) {
    return index.of(new Route(transport, destination, "bounces"));
  }

  private List<String> to(String domain, boolean subdomains) {
    return index.to(domain, subdomains).stream().map(lane -> lane.name).toList();
  }

  @Test
  void aDomainIsFoundOverAllTransportsWithAndWithoutWhatIsBelowIt() {
    lane("t", "example.net");
    lane("u", "example.net");
    lane("t", "mail.example.net");
    lane("t", "a.b.mail.example.net");
    lane("t", "example-net");
    lane("t", "myexample.net");
    lane("t", "example.net.example");
    lane("t", "net");

    assertThat(to("example.net", false))
        .containsExactlyInAnyOrder("t:example.net", "u:example.net");
    assertThat(to("Example.NET", true))
        .containsExactlyInAnyOrder(
            "t:example.net", "u:example.net", "t:mail.example.net", "t:a.b.mail.example.net");
    assertThat(to("b.mail.example.net", false)).isEmpty();
    assertThat(to("b.mail.example.net", true)).containsExactly("t:a.b.mail.example.net");
  }

  @Test
  void anOperatorNamesALaneOrItsDestination() {
    lane("remote", "example.net");
    lane("lmtp", "example.net");
    lane("remote", "[192.0.2.1]:25");

    assertThat(index.meantBy("example.net")).hasSize(2);
    assertThat(index.meantBy("REMOTE:Example.net")).hasSize(1);
    assertThat(index.meantBy("[192.0.2.1]:25")).hasSize(1);
    assertThat(index.meantBy("remote:[192.0.2.1]:25")).hasSize(1);
    assertThat(index.meantBy("other:example.net")).isEmpty();
    assertThat(index.meantBy("25")).isEmpty();
  }

  @Test
  void anUnusedLaneIsForgottenByNameAndByDomain() {
    lane("t", "example.net").lastUsed = NOW;
    Lane kept = lane("u", "example.net");
    kept.lastUsed = NOW;
    kept.active = 1;

    assertThat(index.sweep(NOW.plus(Duration.ofMinutes(9)), 10)).isTrue();
    assertThat(index.all()).hasSize(2);
    assertThat(index.sweep(NOW.plus(Duration.ofMinutes(11)), 10)).isTrue();

    assertThat(index.all()).containsExactly(kept);
    assertThat(to("example.net", true)).containsExactly("u:example.net");
  }

  @Test
  void lanesAreLookedAtInParts() {
    for (int i = 0; i < 10; i++) {
      lane("t", "example" + i + ".net").lastUsed = NOW;
    }
    Instant later = NOW.plus(Duration.ofMinutes(11));

    assertThat(index.sweep(later, 4)).isFalse();
    assertThat(index.all()).hasSize(6);
    assertThat(index.sweep(later, 10)).isTrue();

    assertThat(index.all()).isEmpty();
    assertThat(to("net", true)).isEmpty();
  }
}
