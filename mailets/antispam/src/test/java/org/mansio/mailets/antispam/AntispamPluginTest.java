package org.mansio.mailets.antispam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.mansio.spi.Plugin;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.testkit.FakeServices;

class AntispamPluginTest {
  private static final Map<String, Map<String, String>> NEEDED = Map.of(
      "AccessList", Map.of("entries", "network 192.0.2.1 reject"),
      "DnsLists", Map.of("lists", "bl.example"),
      "TlsRequirement", Map.of("networks", "192.0.2.0/24"),
      "SpamTrap", Map.of("recipients", "trap@example.org"),
      "Milter", Map.of("address", "inet:11332@127.0.0.1"));

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(Plugin.class).stream().map(ServiceLoader.Provider::type))
        .contains(AntispamPlugin.class);
  }

  @Test
  void eachHookIsMadeWithItsDefaultsAndNamedLikeItsFactory() throws Exception {
    for (SmtpHookFactory factory : new AntispamPlugin().smtpHooks()) {
      Map<String, String> texts = NEEDED.getOrDefault(factory.name(), Map.of());
      Settings settings = Settings.ofTexts(factory.settings(), texts);
      assertThat(factory.create(settings, new FakeServices()).name()).isEqualTo(factory.name());
      assertThat(factory.description()).endsWith(".");
    }
  }
}
