package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.smtp.SmtpService;

class OnDemandExtensionFactoryTest {
  @Test
  void etrnMayBeOfferedByAllListeners() throws InvalidSettingException {
    for (SmtpService service : SmtpService.values()) {
      assertThat(parse(OnDemandExtensionFactory.ETRN, service.protocol())).isEqualTo(service);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"atrn", "turn"})
  void rolesAreNotSwappedOverLmtp(String name) throws InvalidSettingException {
    Setting<SmtpService> setting =
        name.equals("atrn") ? OnDemandExtensionFactory.ATRN : OnDemandExtensionFactory.TURN;

    assertThat(parse(setting, "smtp")).isEqualTo(SmtpService.SMTP);
    assertThatThrownBy(() -> parse(setting, "lmtp"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("'lmtp' isn't one of: smtp, submission, odmr");
  }

  private static SmtpService parse(Setting<SmtpService> setting, String text)
      throws InvalidSettingException {
    return setting.type().parser().parse(text);
  }
}
