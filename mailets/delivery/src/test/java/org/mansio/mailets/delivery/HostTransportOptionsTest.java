package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.route.NextHop;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.settings.HostPort;

/** What holds for the MX hosts of a route, beside a gateway and without one. */
class HostTransportOptionsTest {
  private static final ClientOptions IMPLICIT =
      ClientOptions.smtp("mx.example.org").withTls(TlsMode.IMPLICIT, true);

  private static HostTransportOptions options(TlsMode startTls, NextHop usual) {
    return new HostTransportOptions(
        "remote",
        IMPLICIT,
        465,
        startTls,
        usual,
        TransportMap.none(),
        SourcePools.none(),
        20,
        100,
        TlsSettings.off());
  }

  private static NextHop gateway() throws Exception {
    return HostTransportOptions.over(IMPLICIT, List.of(HostPort.parse("relay.example")));
  }

  @Test
  void besideAGatewayMxHostsAreAskedAtPort25ByStartTls() throws Exception {
    HostTransportOptions options = options(TlsMode.OPPORTUNISTIC, gateway());
    assertThat(options.exchangerPort()).isEqualTo(25);
    assertThat(options.toExchangers()).isEqualTo(IMPLICIT.withTls(TlsMode.OPPORTUNISTIC, false));
  }

  @Test
  void certificatesAreVerifiedWhereStartTlsIsRequired() throws Exception {
    assertThat(options(TlsMode.REQUIRED, gateway()).toExchangers())
        .isEqualTo(IMPLICIT.withTls(TlsMode.REQUIRED, true));
  }

  @Test
  void withoutAGatewayAllIsMeantForMxHosts() {
    HostTransportOptions options = options(TlsMode.OPPORTUNISTIC, HostTransportOptions.BY_MX);
    assertThat(options.exchangerPort()).isEqualTo(465);
    assertThat(options.toExchangers()).isEqualTo(IMPLICIT);
  }
}
