package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.testkit.MapDns;

class MxRollupTest {
  private final MapDns dns = new MapDns();
  private final AtomicLong now = new AtomicLong();

  @Test
  void domainsWhoseHostsAreAllAProvidersShareItsDestination() {
    dns.mx("one.example", 10, "a.mail.provider.example")
        .mx("one.example", 20, "b.PROVIDER.example");
    dns.mx("two.example", 10, "provider.example");
    dns.mx("part.example", 10, "a.provider.example").mx("part.example", 20, "mx.part.example");
    dns.mx("like.example", 10, "mx.notprovider.example");
    MxRollup rollup = rollup("Provider.example");

    assertThat(rollup.destination("one.example")).isEqualTo("provider.example");
    assertThat(rollup.destination("two.example")).isEqualTo("provider.example");
    assertThat(rollup.destination("part.example")).isEqualTo("part.example");
    assertThat(rollup.destination("like.example")).isEqualTo("like.example");
  }

  @Test
  void theLongestNameOfAProviderCounts() {
    dns.mx("one.example", 10, "mx.eu.provider.example");

    assertThat(rollup("provider.example", "eu.provider.example").destination("one.example"))
        .isEqualTo("eu.provider.example");
  }

  @Test
  void aStarPutsDomainsWithTheSameBestHostTogether() {
    dns.mx("one.example", 10, "mx.shared.example").mx("one.example", 20, "backup.example");
    dns.mx("two.example", 5, "mx.shared.example");
    MxRollup rollup = rollup("*");

    assertThat(rollup.destination("one.example")).isEqualTo("mx.shared.example");
    assertThat(rollup.destination("two.example")).isEqualTo("mx.shared.example");
  }

  @Test
  void aDomainWithoutAProviderIsADestinationOfItsOwn() {
    dns.mx("null.example", 0, "");
    dns.address("host.example", "192.0.2.1");
    dns.broken("broken.example");
    MxRollup rollup = rollup("*");

    for (String domain : List.of("null.example", "host.example", "broken.example", "[192.0.2.1]")) {
      assertThat(rollup.destination(domain)).isEqualTo(domain);
    }
  }

  @Test
  void remembersForAnHour() {
    dns.mx("one.example", 10, "mx.shared.example");
    MxRollup rollup = rollup("*");
    assertThat(rollup.destination("one.example")).isEqualTo("mx.shared.example");
    dns.broken("one.example");

    now.addAndGet(Duration.ofMinutes(59).toNanos());
    assertThat(rollup.destination("one.example")).isEqualTo("mx.shared.example");
    now.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(rollup.destination("one.example")).isEqualTo("one.example");
  }

  @Test
  void nobodyWaitsWhileTheDnsIsSilent() {
    AtomicInteger asked = new AtomicInteger();
    MxRollup rollup =
        new MxRollup(List.of("*"), new SilentDns(asked), now::get, Duration.ofMillis(1));

    for (int i = 0; i < 100; i++) {
      assertThat(rollup.destination("d" + i + ".example")).isEqualTo("d" + i + ".example");
    }
    assertThat(asked).hasValueLessThanOrEqualTo(1);

    now.addAndGet(Duration.ofMinutes(1).toNanos());
    rollup.destination("later.example");
    Awaitility.await().until(() -> asked.get() == 2);
  }

  private MxRollup rollup(String... providers) {
    return new MxRollup(List.of(providers), dns, now::get, Duration.ofMinutes(1));
  }

  /** Never answers. */
  private record SilentDns(AtomicInteger asked) implements DnsResolver {
    @Override
    public DnsAnswer<MxRecord> mx(String domain) {
      asked.incrementAndGet();
      try {
        Thread.currentThread().join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new DnsAnswer.NoData<>();
    }

    @Override
    public DnsAnswer<InetAddress> addresses(String host) {
      return new DnsAnswer.NoData<>();
    }

    @Override
    public DnsAnswer<String> txt(String name) {
      return new DnsAnswer.NoData<>();
    }

    @Override
    public DnsAnswer<String> names(InetAddress address) {
      return new DnsAnswer.NoData<>();
    }
  }
}
