package org.mansio.mailets.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

class DestinationTlsTest {
  private static TlsSettings settings(String policies) throws InvalidSettingException {
    return TlsSettings.of(Settings.ofTexts(
        SettingSchema.of(TlsSettings.DANE, TlsSettings.MTA_STS, TlsSettings.POLICY),
        Map.of("tlsPolicy", policies)));
  }

  @Test
  void readsDomainLevelAndNames() throws Exception {
    assertThat(settings("Bank.example SECURE .mail.example mx.bank.example, * encrypt"))
        .isEqualTo(new TlsSettings(
            true,
            true,
            List.of(
                new DestinationTls(
                    "bank.example", TlsLevel.SECURE, Set.of(".mail.example", "mx.bank.example")),
                new DestinationTls("*", TlsLevel.ENCRYPT, Set.of()))));
  }

  @Test
  void theFirstThatFitsHolds() throws Exception {
    TlsSettings settings = settings("a.example none, .example verify, * encrypt");

    assertThat(settings.of("A.example")).map(DestinationTls::level).contains(TlsLevel.NONE);
    assertThat(settings.of("b.example")).map(DestinationTls::level).contains(TlsLevel.VERIFY);
    assertThat(settings.of("example")).map(DestinationTls::level).contains(TlsLevel.ENCRYPT);
    assertThat(settings("a.example none").of("b.example")).isEmpty();
  }

  @Test
  void domainsAreComparedAsRecipientsHaveThem() throws Exception {
    TlsSettings settings = settings("bücher.example secure mx.bücher.example");

    assertThat(settings.of("xn--bcher-kva.example"))
        .map(DestinationTls::names)
        .contains(Set.of("mx.xn--bcher-kva.example"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.bank.example secure",
        "bank.example. secure",
        "@bank.example secure",
        "bob@bank.example secure",
        "bank.example secure *.bank.example"
      })
  void whatNoDomainCanMatchStopsTheStart(String text) {
    assertThatThrownBy(() -> settings(text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("isn't a domain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bank.example", "bank.example strict", "bank.example encrypt mx.example"})
  void whatIsNoPolicyStopsTheStart(String text) {
    assertThatThrownBy(() -> settings(text)).isInstanceOf(InvalidSettingException.class);
  }
}
