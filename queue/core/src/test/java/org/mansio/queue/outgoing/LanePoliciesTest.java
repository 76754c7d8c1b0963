package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.queue.Route;
import org.mansio.spi.settings.InvalidSettingException;

class LanePoliciesTest {
  private static LanePolicy policy(int concurrency) {
    return new LanePolicy(OptionalInt.of(concurrency), 1, RateLimits.NONE, TestPolicies.SCHEDULE);
  }

  private static int concurrency(LanePolicies policies, String transport, String destination) {
    return policies
        .of(new Route(transport, destination, "bounces"))
        .concurrency()
        .orElseThrow();
  }

  private static DestinationPattern pattern(String text) throws InvalidSettingException {
    return DestinationPattern.parse(text);
  }

  @Test
  void theMostSpecificPatternWins() throws Exception {
    LanePolicies.Builder builder = new LanePolicies.Builder(policy(99));
    builder.add(pattern("example.org"), Optional.empty(), policy(1));
    builder.add(pattern(".example.org"), Optional.empty(), policy(2));
    builder.add(pattern(".mail.example.org"), Optional.empty(), policy(3));
    builder.add(pattern(".org"), Optional.empty(), policy(4));
    builder.add(pattern("smart.example.net:2525"), Optional.empty(), policy(5));
    builder.add(pattern("[192.0.2.1]:25"), Optional.empty(), policy(6));
    builder.add(pattern("example.com"), Optional.of("local"), policy(7));
    builder.add(pattern("*"), Optional.of("local"), policy(8));
    LanePolicies policies = builder.build();

    assertThat(concurrency(policies, "t", "example.org")).isEqualTo(1);
    assertThat(concurrency(policies, "t", "Example.ORG")).isEqualTo(1);
    assertThat(concurrency(policies, "t", "a.example.org")).isEqualTo(2);
    assertThat(concurrency(policies, "t", "a.b.mail.example.org")).isEqualTo(3);
    assertThat(concurrency(policies, "t", "mail.example.org")).isEqualTo(2);
    assertThat(concurrency(policies, "t", "example-example.org")).isEqualTo(4);
    assertThat(concurrency(policies, "t", "org")).isEqualTo(99);
    assertThat(concurrency(policies, "t", "smart.example.net:2525")).isEqualTo(5);
    assertThat(concurrency(policies, "t", "smart.example.net:25")).isEqualTo(99);
    assertThat(concurrency(policies, "t", "example.org:2525")).isEqualTo(1);
    assertThat(concurrency(policies, "t", "[192.0.2.1]:25")).isEqualTo(6);
    assertThat(concurrency(policies, "local", "example.com")).isEqualTo(7);
    assertThat(concurrency(policies, "t", "example.com")).isEqualTo(99);
    assertThat(concurrency(policies, "local", "example.net")).isEqualTo(8);
    assertThat(concurrency(policies, "local", "example.org")).isEqualTo(1);
  }

  @Test
  void aPatternStandsForOnePolicyOfATransport() throws Exception {
    LanePolicies.Builder builder = new LanePolicies.Builder(policy(99));

    assertThat(builder.add(pattern("*"), Optional.empty(), policy(1))).isTrue();
    assertThat(builder.add(pattern("*"), Optional.of("t"), policy(1))).isTrue();
    assertThat(builder.add(pattern("*"), Optional.of("t"), policy(2))).isFalse();
  }

  @Test
  void patternsAreReadInAnyCaseAndWithUmlauts() throws Exception {
    assertThat(DestinationPattern.TYPE.parser().parse("Example.COM  .example.org *\n[2001:db8::1]"))
        .extracting(DestinationPattern::text)
        .isEqualTo(List.of("example.com", ".example.org", "*", "[2001:db8::1]"));
    assertThat(pattern("b\u00fccher.example").text()).isEqualTo("xn--bcher-kva.example");
    // As domains of recipients are written.
    assertThat(pattern(".Stra\u00dfe.example").text()).isEqualTo(".xn--strae-oqa.example");
    assertThat(pattern("stra\u00dfe.example:2525").text()).isEqualTo("xn--strae-oqa.example:2525");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.example.org",
        "example.*",
        ".",
        "",
        "..org",
        "a b",
        ".[192.0.2.1]",
        "a..b",
        ".example.org:25",
        "example.org,example.net",
        "user@example.org"
      })
  void whatIsNoPatternIsRefused(String text) {
    assertThatThrownBy(() -> pattern(text)).isInstanceOf(InvalidSettingException.class);
  }
}
