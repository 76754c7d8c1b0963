package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.background.BackgroundService;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;
import org.mansio.spi.testkit.FakeServices;

class ExtensionAndBackgroundTest {
  private static final Setting<Long> LOUDNESS =
      Setting.number("loudness", "How loud.", 0, 10).defaultsTo("1");

  private final List<String> calls = new ArrayList<>();
  private final Problems problems = new Problems();
  private final FakeServices services = new FakeServices();
  private final PluginRegistry plugins = PluginRegistry.of(List.of(new Ping()), problems);

  /** Brings the extensions ping and pong with the same verb for services that can be set, and the service Tick. */
  private final class Ping implements Plugin {
    @Override
    public String name() {
      return "ping";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public List<SmtpExtensionFactory> smtpExtensions() {
      return List.of(
          new PingFactory("ping", SmtpService.SMTP),
          new PingFactory("pong", SmtpService.SMTP),
          new PingFactory("elsewhere", SmtpService.ON_DEMAND));
    }

    @Override
    public List<BackgroundServiceFactory> backgroundServices() {
      return List.of(new TickFactory());
    }
  }

  private record PingFactory(String name, SmtpService service) implements SmtpExtensionFactory {
    @Override
    public String description() {
      return "Answers.";
    }

    @Override
    public SettingSchema settings() {
      return SettingSchema.of(LOUDNESS);
    }

    @Override
    public List<SmtpExtension> create(Settings settings, Services services)
        throws InvalidSettingException {
      if (settings.get(LOUDNESS) == 0) {
        throw new InvalidSettingException("nobody would hear it");
      }
      return List.of(new PingExtension(name, service));
    }
  }

  private record PingExtension(String name, SmtpService service) implements SmtpExtension {
    @Override
    public Set<SmtpService> offeredOn() {
      return Set.of(service);
    }

    @Override
    public List<SmtpVerb> verbs() {
      return List.of(new PingVerb());
    }
  }

  private record PingVerb() implements SmtpVerb {
    @Override
    public String name() {
      return "PING";
    }

    @Override
    public Set<Flag> flags() {
      return Set.of();
    }

    @Override
    public String help() {
      return "PING";
    }

    @Override
    public SmtpReply handle(SmtpSession session, String argument) {
      return SmtpReply.of(250, "pong");
    }
  }

  private final class TickFactory implements BackgroundServiceFactory {
    @Override
    public String type() {
      return "Tick";
    }

    @Override
    public String description() {
      return "Ticks.";
    }

    @Override
    public BackgroundService create(String name, Settings settings, Services given) {
      return new BackgroundService() {
        @Override
        public void start() {
          calls.add(name + " start");
        }

        @Override
        public void stop(Duration grace) {
          calls.add(name + " stop");
        }
      };
    }
  }

  private static ConfigElement element(
      int line, String tag, Map<String, String> attributes, ConfigElement... children) {
    Location location = new Location("server.xml", line, 1);
    Map<String, ConfigElement.Attribute> read = new java.util.LinkedHashMap<>();
    attributes.forEach(
        (name, value) -> read.put(name, new ConfigElement.Attribute(value, location)));
    return new ConfigElement(tag, read, "", List.of(children), location);
  }

  private static ConfigElement extension(int line, String name, String... loudness) {
    ConfigElement[] settings = List.of(loudness).stream()
        .map(text -> new ConfigElement(
            "loudness", Map.of(), text, List.of(), new Location("server.xml", line + 1, 3)))
        .toArray(ConfigElement[]::new);
    return element(line, "extension", Map.of("name", name), settings);
  }

  private List<SmtpExtension> extensions(ConfigElement... elements) {
    return new ExtensionReader(plugins, services, problems).read(List.of(elements));
  }

  private List<String> messages() {
    return problems.errors().stream().map(Problem::toString).toList();
  }

  @Test
  void offersTheExtensionsThatAreListedAndNoOthers() {
    assertThat(extensions(extension(2, "pong", "5")))
        .extracting(SmtpExtension::name)
        .containsExactly("pong");
    assertThat(messages()).isEmpty();
  }

  @Test
  void reportsUnknownExtensionsAndWrongSettingsWhereTheyStand() {
    extensions(
        extension(2, "pin"),
        extension(4, "ping", "11"),
        extension(6, "pong", "0"),
        extension(8, "pong"));
    assertThat(messages())
        .satisfiesExactly(
            m -> assertThat(m).contains(":2:1", "unknown SMTP extension 'pin'", "ping"),
            m -> assertThat(m).contains(":5:3", "11 isn't between 0 and 10"),
            m -> assertThat(m).contains(":6:1", "pong: nobody would hear it"),
            m -> assertThat(m).contains(":8:1", "the extension 'pong' stands twice"));
  }

  @Test
  void refusesOneVerbFromTwoExtensionsOfOneService() {
    extensions(extension(2, "ping"), extension(4, "elsewhere"), extension(6, "pong"));
    assertThat(messages())
        .singleElement()
        .asString()
        .contains(":6:1", "pong brings the verb PING to smtp, which ping brings already");
  }

  @Test
  void startsAndStopsBackgroundServicesByTheirNames() throws Exception {
    List<Component> components = new BackgroundReader(plugins, services, problems)
        .read(List.of(
            element(2, "service", Map.of("name", "one", "type", "Tick")),
            element(3, "service", Map.of("name", "two", "type", "Tick"))));
    LifeCycle lifeCycle = new LifeCycle(components);
    lifeCycle.start(Duration.ZERO);
    lifeCycle.stop(Duration.ZERO);
    assertThat(calls).containsExactly("one start", "two start", "two stop", "one stop");
    assertThat(components).extracting(Component::phase).containsOnly(Component.Phase.BACKGROUND);
  }

  @Test
  void refusesTwoBackgroundServicesOfOneNameAndUnknownTypes() {
    new BackgroundReader(plugins, services, problems)
        .read(List.of(
            element(2, "service", Map.of("name", "one", "type", "Tick")),
            element(3, "service", Map.of("name", "one", "type", "Tack"))));
    assertThat(messages())
        .satisfiesExactly(
            m -> assertThat(m).contains(":3:1", "two background services have the name 'one'"),
            m -> assertThat(m).contains("unknown background service 'Tack'"));
  }

  @Test
  void findsListenersByNameOnceTheyAreMade() {
    ListenersHolder holder = new ListenersHolder();
    assertThatThrownBy(() -> holder.find("smtp")).isInstanceOf(IllegalStateException.class);
    holder.set(new Listeners(List.of()));
    assertThat(holder.find("smtp")).isEqualTo(Optional.empty());
  }
}
