package org.mansio.server.kernel.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanism.Strength;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

class MechanismReaderTest {
  private static final Location HERE = new Location("server.xml", 1, 1);
  private static final Setting<String> KEY = Setting.text("key", "A key.").mandatory();

  private final Problems problems = new Problems();

  /** A mechanism that does nothing. */
  private record Named(String name, Strength strength) implements SaslMechanism {
    @Override
    public boolean needsConfidentiality() {
      return false;
    }

    @Override
    public SaslExchange start(Context context) {
      throw new UnsupportedOperationException();
    }
  }

  private record Factory(
      String name, Strength strength, boolean onByDefault, SettingSchema settings)
      implements SaslMechanismFactory {
    @Override
    public String description() {
      return "Does nothing.";
    }

    @Override
    public SaslMechanism create(Settings read, Services services) {
      return new Named(name, strength);
    }
  }

  /** Two that are on, one that is off, one that needs a setting. */
  private static class Mechanisms implements Plugin {
    @Override
    public String name() {
      return "mechanisms";
    }

    @Override
    public String version() {
      return "0";
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public List<SaslMechanismFactory> saslMechanisms() {
      SettingSchema none = SettingSchema.none();
      return List.of(
          new Factory("CLEAR", Strength.CLEAR_TEXT, true, none),
          new Factory("SALTED", Strength.SALTED_DIGEST, true, none),
          new Factory("OLD", Strength.LEGACY_DIGEST, false, none),
          new Factory("KEYED", Strength.KEY, false, SettingSchema.of(KEY)));
    }
  }

  private static ConfigElement mechanism(
      String name, Map<String, String> attributes, ConfigElement... children) {
    Map<String, ConfigElement.Attribute> all = new LinkedHashMap<>();
    all.put("name", new ConfigElement.Attribute(name, HERE));
    attributes.forEach((key, value) -> all.put(key, new ConfigElement.Attribute(value, HERE)));
    return new ConfigElement("mechanism", all, "", Arrays.asList(children), HERE);
  }

  private static ConfigElement text(String name, String text) {
    return new ConfigElement(name, Map.of(), text, List.of(), HERE);
  }

  private List<String> read(ConfigElement... mechanisms) {
    ConfigElement sasl = new ConfigElement("sasl", Map.of(), "", Arrays.asList(mechanisms), HERE);
    return names(Optional.of(sasl));
  }

  private List<String> names(Optional<ConfigElement> sasl) {
    PluginRegistry plugins = PluginRegistry.of(List.of(new Mechanisms()), problems);
    return new MechanismReader(plugins.mechanisms(), new FakeServices(), problems)
        .read(sasl).stream().map(SaslMechanism::name).toList();
  }

  @Test
  void withoutConfigurationThereAreTheDefaultsStrongestFirst() {
    assertThat(names(Optional.empty())).containsExactly("SALTED", "CLEAR");
  }

  @Test
  void whatIsNamedIsThereTooAndCanBeSwitchedOff() {
    assertThat(read(
            mechanism("OLD", Map.of()),
            mechanism("KEYED", Map.of(), text("key", "k")),
            mechanism("CLEAR", Map.of("enabled", "false"))))
        .containsExactly("KEYED", "SALTED", "OLD");
    assertThat(problems.errorCount()).isZero();
  }

  @Test
  void aMechanismThatIsOnAndRefusesItsDefaultsIsReportedAndTheOthersAreThere() {
    Plugin plugin = new Mechanisms() {
      @Override
      public List<SaslMechanismFactory> saslMechanisms() {
        return List.of(
            new Factory("NEEDY", Strength.KEY, true, SettingSchema.of(KEY)),
            new Factory("CLEAR", Strength.CLEAR_TEXT, true, SettingSchema.none()));
      }
    };
    PluginRegistry plugins = PluginRegistry.of(List.of(plugin), problems);
    assertThat(new MechanismReader(plugins.mechanisms(), new FakeServices(), problems)
            .read(Optional.empty()))
        .extracting(SaslMechanism::name)
        .containsExactly("CLEAR");
    assertThat(problems.errors())
        .singleElement()
        .asString()
        .contains("plugin 'mechanisms'", "'NEEDY' (" + Factory.class.getName() + ")");
  }

  @Test
  void mistakesAreReported() {
    read(
        mechanism("OLDD", Map.of()),
        mechanism("KEYED", Map.of()),
        mechanism("OLD", Map.of("enabled", "perhaps")),
        mechanism("OLD", Map.of("size", "1")),
        text("mechanisms", ""));
    assertThat(problems.errorCount()).isEqualTo(6);
  }
}
