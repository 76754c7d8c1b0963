package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.Route;

class LaneIndexTest {
  private final LaneIndex index = new LaneIndex();

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
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    lane("t", "example.net").lastUsed = now;
    Lane kept = lane("u", "example.net");
    kept.lastUsed = now;
    kept.active = 1;

    index.sweep(now.plus(Duration.ofMinutes(9)));
    assertThat(index.all()).hasSize(2);
    index.sweep(now.plus(Duration.ofMinutes(11)));

    assertThat(index.all()).containsExactly(kept);
    assertThat(to("example.net", true)).containsExactly("u:example.net");
  }
}
