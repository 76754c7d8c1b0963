package org.mansio.spi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Setting<Duration> WAIT =
      Setting.duration("wait", "How long.").defaultsTo("5m");
  private static final Setting<Long> SIZE = Setting.size("size", "How much.").mandatory();
  private static final Setting<Network> NETWORKS =
      Setting.network("networks", "Who.").repeated();
  private static final SettingSchema SCHEMA = SettingSchema.of(WAIT, SIZE, NETWORKS);

  @ParameterizedTest
  @CsvSource({"30s,30", "5m,300", "4h,14400", "5d,432000", "0,0", "90 s,90"})
  void durationsHaveUnits(String text, long seconds) throws InvalidSettingException {
    Settings settings = Settings.ofTexts(SCHEMA, Map.of("wait", text, "size", "1"));
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "m", "-5m", "5 fortnights", "99999999999999999999s"})
  void aDurationWithoutUnitIsRefused(String text) {
    assertThatThrownBy(() -> Settings.ofTexts(SCHEMA, Map.of("wait", text, "size", "1")))
        .isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a b", "a/b", "ä"})
  void aNameHasNothingThatListsAndCommandLinesNeed(String text) {
    SettingSchema schema = SettingSchema.of(Setting.name("outgoing", "A way out."));
    assertThatThrownBy(() -> Settings.ofTexts(schema, Map.of("outgoing", text)))
        .hasMessageContaining("isn't a name of letters, digits");
  }

  @ParameterizedTest
  @CsvSource({"512,512", "64K,65536", "20M,20971520", "2g,2147483648"})
  void sizesHaveBinarySuffixes(String text, long octets) throws InvalidSettingException {
    assertThat(Settings.ofTexts(SCHEMA, Map.of("size", text)).get(SIZE)).isEqualTo(octets);
  }

  @Test
  void anEmptyTextCountsAsNotSet() throws InvalidSettingException {
    Settings settings = Settings.ofTexts(SCHEMA, Map.of("wait", " ", "size", "1"));
    assertThat(settings.get(WAIT)).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.isSet(WAIT)).isFalse();
    assertThatThrownBy(() -> Settings.ofTexts(SCHEMA, Map.of("size", "")))
        .hasMessageContaining("'size' is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , "})
  void aMandatoryListWithoutAValueIsRefused(String text) {
    SettingSchema schema = SettingSchema.of(NETWORKS.mandatory());
    assertThatThrownBy(() -> Settings.ofTexts(schema, Map.of("networks", text)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("'networks' is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", " , "})
  void aListWithoutAValueHasItsDefault(String text) throws InvalidSettingException {
    Setting<Network> loopback = NETWORKS.defaultsTo("127.0.0.0/8, ::1");
    Settings settings = Settings.ofTexts(SettingSchema.of(loopback), Map.of("networks", text));
    assertThat(settings.all(loopback)).hasSize(2);
  }

  @Test
  void anEmptyElementBesideOneWithAValueIsPassedOver() throws InvalidSettingException {
    SettingSchema schema = SettingSchema.of(NETWORKS.mandatory());
    Settings settings = Settings.of(schema, Map.of("networks", List.of("", "10.0.0.1")));
    assertThat(settings.all(NETWORKS)).hasSize(1);
  }

  @Test
  void unknownMissingAndDoubleSettingsAreNamed() {
    assertThatThrownBy(() -> Settings.ofTexts(SCHEMA, Map.of("size", "1", "sice", "2")))
        .hasMessageContaining("'sice'");
    assertThatThrownBy(() -> Settings.ofTexts(SCHEMA, Map.of()))
        .hasMessageContaining("'size' is missing");
    assertThatThrownBy(() -> Settings.of(SCHEMA, Map.of("size", List.of("1", "2"))))
        .hasMessageContaining("twice");
  }

  @Test
  void aRepeatableSettingTakesElementsAndLists() throws InvalidSettingException {
    Settings settings = Settings.of(
        SCHEMA,
        Map.of(
            "size", List.of("1"), "networks", List.of("192.0.2.0/24, 2001:db8::/32", "10.0.0.1")));
    assertThat(settings.all(NETWORKS)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24,192.0.2.77,true",
    "192.0.2.0/24,192.0.3.1,false",
    "0.0.0.0/0,8.8.8.8,true",
    "2001:db8::/33,2001:db8:8000::1,false",
    "2001:db8::/32,2001:db8:8000::1,true",
    "::/0,192.0.2.1,false"
  })
  void networksContainAddresses(String network, String address, boolean contained)
      throws InvalidSettingException {
    assertThat(Network.parse(network).contains(java.net.InetAddress.ofLiteral(address)))
        .isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1/24",
        "192.0.2.0/33",
        "example.org",
        "192.0.2.0/-1",
        "192.0.2.0/24/3",
        "",
        "300.1.1.1"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:25", "mail.example.org", "[2001:db8::1]:25", "mail.example.org:2525"})
  void hostsAndPortsAreReadAndWrittenAlike(String text) throws InvalidSettingException {
    assertThat(HostPort.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":25", "a:0", "a:65536", "a:b", "2001:db8::1:25", "a b"})
  void whatIsNoHostAndPortIsRefused(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(InvalidSettingException.class);
  }
}
