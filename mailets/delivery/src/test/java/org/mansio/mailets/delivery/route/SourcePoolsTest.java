package org.mansio.mailets.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.SettableClock;

class SourcePoolsTest {
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.99");
  private static final String ONE_FRESH = """
      warm-up slow 2 5
      pool bulk 192.0.2.1 warm-up=slow since=2026-03-01
      """;

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "'', 0, reports",
    "news@example.org, 0, named",
    "alice@example.org, 0, domain",
    "alice@sub.example.org, 0, below",
    "alice@example.com, 5, urgent",
    "alice@example.com, 4, rest",
    "alice@example.com, -9, rest"
  })
  void theFirstRuleThatFitsCounts(String sender, int priority, String pool) throws Exception {
    StringBuilder text = new StringBuilder("""
        use reports sender=<>
        use named sender=News@example.org
        use domain sender=example.org
        use below sender=.example.org
        use urgent min-priority=5
        use rest max-priority=4
        """);
    for (String name : List.of("reports", "named", "domain", "below", "urgent", "rest")) {
      text.append("pool ").append(name).append(" 192.0.2.1\n");
    }

    assertThat(read(text.toString())
            .nameFor(
                Envelope.of(sender, "bob@example.net").withPriority(priority),
                Attributes.none(),
                Optional.empty()))
        .contains(pool);
  }

  @Test
  void theMailsAttributeGoesBeforeTheRouteAndTheRouteBeforeTheRules() throws Exception {
    SourcePools pools = read("pool a 192.0.2.1\nuse a");
    Envelope envelope = Envelope.of("alice@example.org", "bob@example.net");
    Attributes chosen = Attributes.none().with(SourcePools.ATTRIBUTE, "c");

    assertThat(pools.nameFor(envelope, chosen, Optional.of("b"))).contains("c");
    assertThat(pools.nameFor(envelope, Attributes.none(), Optional.of("b"))).contains("b");
    assertThat(pools.nameFor(envelope, Attributes.none(), Optional.empty())).contains("a");
    assertThat(SourcePools.none().nameFor(envelope, Attributes.none(), Optional.empty()))
        .isEmpty();
  }

  @Test
  void theAddressesOfAPoolTakeTurns() throws Exception {
    SourcePool pool = pool("pool bulk 192.0.2.1\npool bulk 192.0.2.2 helo=two.example.org");

    assertThat(IntStream.range(0, 4).mapToObj(i -> address(pool, "example.com")))
        .containsExactly("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2");
    assertThat(read("pool bulk 192.0.2.2 helo=two.example.org").heloNames())
        .containsExactly("two.example.org");
  }

  @Test
  void anAddressReachesOnlyItsOwnFamily() throws Exception {
    SourcePool pool = pool("pool bulk 192.0.2.1");
    InetAddress other = InetAddress.ofLiteral("2001:db8::1");

    assertThat(pool.reaches(PEER)).isTrue();
    assertThat(pool.reaches(other)).isFalse();
    assertThat(pool.take(other, "example.com")).isEmpty();
  }

  @Test
  void aFreshAddressSendsToEachDestinationNoMoreThanItsDayAllows() throws Exception {
    SourcePool pool = pool(ONE_FRESH);

    send(pool, "example.com", 2);
    assertThat(pool.take(PEER, "example.com")).isEmpty();
    assertThat(pool.take(PEER, "example.net")).isPresent();

    clock.advance(Duration.ofDays(1));
    send(pool, "example.com", 5);
    assertThat(pool.take(PEER, "example.com")).isEmpty();

    clock.advance(Duration.ofDays(1));
    send(pool, "example.com", 50);
  }

  @Test
  void anAddressSendsNothingBeforeItsFirstDay() throws Exception {
    assertThat(pool(ONE_FRESH.replace("2026-03-01", "2026-03-02")).take(PEER, "example.com"))
        .isEmpty();
  }

  @Test
  void whatIsOverGoesFromAnotherAddressOfThePool() throws Exception {
    SourcePool pool = pool(ONE_FRESH + "pool bulk 192.0.2.2");
    List<String> used =
        IntStream.range(0, 10).mapToObj(i -> address(pool, "example.com")).toList();

    assertThat(used).filteredOn("192.0.2.1"::equals).hasSize(2);
    assertThat(used).filteredOn("192.0.2.2"::equals).hasSize(8);
  }

  @Test
  void whatDidNotGoDoesNotCount() throws Exception {
    SourcePool pool = pool(ONE_FRESH);
    for (int i = 0; i < 10; i++) {
      pool.take(PEER, "example.com").orElseThrow().unused();
    }

    send(pool, "example.com", 2);
  }

  @Test
  void countsSurviveARestartEvenWhereACrashCutTheLastLine() throws Exception {
    try (SentCounts counts = new SentCounts(folder, clock)) {
      send(pool(ONE_FRESH, counts), "example.com", 1);
    }
    Files.writeString(
        folder.resolve("2026-03-01.sent"), "192.0.2.1 examp", StandardOpenOption.APPEND);

    SourcePool after = pool(ONE_FRESH);
    send(after, "example.com", 1);
    assertThat(after.take(PEER, "example.com")).isEmpty();
  }

  @Test
  void forgetsTheCountsOfOtherDays() throws Exception {
    send(pool(ONE_FRESH), "example.com", 2);
    clock.advance(Duration.ofDays(1));
    send(pool(ONE_FRESH), "example.com", 1);

    assertThat(folder.toFile().list()).containsExactly("2026-03-02.sent");
  }

  @Test
  void equalStatementsMakeEqualPools() throws Exception {
    assertThat(read(ONE_FRESH)).isEqualTo(read(ONE_FRESH)).hasSameHashCodeAs(read(ONE_FRESH));
    assertThat(read(ONE_FRESH)).isNotEqualTo(read(ONE_FRESH + "use bulk"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pool",
        "pool bulk",
        "pool bulk here",
        "pool bulk 192.0.2.1 colour=red",
        "pool bulk 192.0.2.1 warm-up=none since=2026-03-01",
        "pool bulk 192.0.2.1 since=2026-03-01",
        "warm-up slow",
        "warm-up slow many",
        "use nobody",
        "tool bulk 192.0.2.1"
      })
  void refusesStatementsThatDoNotFit(String line) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sources:1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@example.org", "*.example.org", "example.org.", "bob@", "*"})
  void aSenderThatNoMailCanHaveStopsTheStart(String sender) {
    assertThatThrownBy(() -> read("pool bulk 192.0.2.1\nuse bulk sender=" + sender))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sources:2: ")
        .hasMessageContaining("option 'sender'");
  }

  private void send(SourcePool pool, String destination, int mails) {
    for (int i = 0; i < mails; i++) {
      pool.take(PEER, destination).orElseThrow().used();
    }
  }

  private String address(SourcePool pool, String destination) {
    return pool.take(PEER, destination).orElseThrow().source().address().getHostAddress();
  }

  private SourcePool pool(String text) throws Exception {
    return pool(text, new SentCounts(folder, clock));
  }

  private static SourcePool pool(String text, SentCounts counts) throws Exception {
    return SourcePools.read(Optional.of(text), "sources", Optional.empty(), counts)
        .pool("bulk")
        .orElseThrow();
  }

  private SourcePools read(String text) throws Exception {
    return SourcePools.read(
        Optional.of(text), "sources", Optional.empty(), new SentCounts(folder, clock));
  }
}
