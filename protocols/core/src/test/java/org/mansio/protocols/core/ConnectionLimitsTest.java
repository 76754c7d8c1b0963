package org.mansio.protocols.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void countsInAll() {
    ConnectionLimits limits = new ConnectionLimits(2, 2);
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.2"))).isTrue();
    assertThat(limits.enter(address("192.0.2.3"))).isFalse();
    limits.leave(address("192.0.2.1"));
    assertThat(limits.enter(address("192.0.2.3"))).isTrue();
    assertThat(limits.total()).isEqualTo(2);
  }

  @Test
  void countsByAddressAndByIpv6Network() {
    ConnectionLimits limits = new ConnectionLimits(10, 1);
    assertThat(limits.enter(address("192.0.2.1"))).isTrue();
    assertThat(limits.enter(address("192.0.2.1"))).isFalse();
    assertThat(limits.enter(address("2001:db8::1"))).isTrue();
    assertThat(limits.enter(address("2001:db8::2"))).isFalse();
    assertThat(limits.enter(address("2001:db8:0:1::1"))).isTrue();
    assertThat(limits.total()).isEqualTo(3);
  }
}
