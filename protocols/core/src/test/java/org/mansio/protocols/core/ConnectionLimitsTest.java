package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;

class ConnectionLimitsTest {
  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  /** With 192.0.2.128/25 as the unlimited network. */
  private static ConnectionLimits limits(int inAll, int perAddress, long rate) {
    try {
      ConnectionOptions options = new ConnectionOptions(
          List.of(), Optional.empty(), rate, rate, List.of(Network.parse("192.0.2.128/25")), 0);
      return new ConnectionLimits(new ServerOptions(
          List.of(),
          false,
          inAll,
          perAddress,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          options));
    } catch (InvalidSettingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void countsInAll() {
    ConnectionLimits limits = limits(2, 2, 0);
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.2"))).isTrue();
    assertThat(limits.enter(address("192.0.2.3"))).isFalse();
    limits.leave(address("192.0.2.1"));
    assertThat(limits.enter(address("192.0.2.3"))).isTrue();
    assertThat(limits.total()).isEqualTo(2);
  }

  @Test
  void countsByAddressAndByIpv6Network() {
    ConnectionLimits limits = limits(10, 1, 0);
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.1"))).isFalse();
    assertThat(limits.enter(address("2001:db8::1"))).isTrue();
    assertThat(limits.enter(address("2001:db8::2"))).isFalse();
    assertThat(limits.enter(address("2001:db8:0:1::1"))).isTrue();
    assertThat(limits.total()).isEqualTo(3);
  }

  @Test
  void countsWhatComesInAMinute() {
    ConnectionLimits limits = limits(10, 10, 2);
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.1"))).isFalse();
    assertThat(limits.total()).isEqualTo(2);
    assertThat(limits.countCommand(address("192.0.2.1"))).isTrue();
    assertThat(limits.countCommand(address("192.0.2.1"))).isTrue();
    assertThat(limits.countCommand(address("192.0.2.1"))).isFalse();
    assertThat(limits.countCommand(address("192.0.2.2"))).isTrue();
  }

  @Test
  void letsUnlimitedNetworksComeAsTheyLikeUpToTheLimitInAll() {
    ConnectionLimits limits = limits(3, 1, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(limits.enter(address("192.0.2.200"))).isTrue();
      assertThat(limits.countCommand(address("192.0.2.200"))).isTrue();
    }
    assertThat(limits.enter(address("192.0.2.200"))).isFalse();
    assertThat(limits.total()).isEqualTo(3);
  }
}
