package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;

class RemoteDeliverySettingsTest extends RemoteDeliveryFixture {
  @Test
  void sharesATransportOnlyBetweenEqualMailets() throws Exception {
    mailet(factory, Map.of());
    mailet(factory, Map.of());
    assertThat(services.transports.all()).hasSize(1);

    assertThatThrownBy(() -> mailet(factory, Map.of("port", "26")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("outgoing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verifyServerIdentity=true",
        "gatewayUsername=u;gateway=relay.example",
        "gatewayUsername=u;gatewayPassword=p",
        "bind=here",
        "startTLS=perhaps",
        "timeout=0",
        "heloName=bad name",
        "heloName=under_score.example.org",
        "outgoing=a:b",
        "mxRollup=.google.com",
        "mxRollup=google.com.",
        "sources=pool a 192.0.2.1 helo=bad_name",
        "gateway=a b"
      })
  void refusesSettingsThatDoNotFit(String settings) {
    assertThatThrownBy(() -> mailet(factory, settings(settings)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "startTLS=true",
        "startTLS=required;verifyServerIdentity=true",
        "sslEnable=true;verifyServerIdentity=true;gateway=relay.example",
        "gateway=relay.example;gatewayUsername=u;gatewayPassword=p",
        "gateway=",
        "bind=127.0.0.1;heloName=out.example.org;timeout=3m;connectionTimeout=10s"
      })
  void takesSettingsThatFit(String settings) throws Exception {
    assertThat(mailet(factory, settings(settings))).isNotNull();
  }

  @Test
  void endsTheWayThroughTheChain() throws Exception {
    assertThat(factory.ends(Settings.ofTexts(factory.settings(), Map.of()))).isTrue();
  }

  private static Map<String, String> settings(String text) {
    Map<String, String> settings = new HashMap<>();
    Arrays.stream(text.split(";"))
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> settings.put(pair[0], pair[1]));
    return settings;
  }
}
