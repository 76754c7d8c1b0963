package org.mansio.server.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;

class PluginRegistryTest {
  private static final String MAILET = """
      public List<MailetFactory> mailets() {
        return List.of(new MailetFactory() {
          public String name() { return "%s"; }
          public String description() { return "Tells its class loader."; }
          public Mailet create(Settings settings, Services services) {
            return mail -> Outcome.dropped(
                (Thread.currentThread().getContextClassLoader() == getClass().getClassLoader()) + " " + seesServer());
          }
        });
      }
      static boolean seesServer() {
        try {
          Class.forName("org.mansio.server.kernel.Server");
          return true;
        } catch (ClassNotFoundException e) {
          return false;
        }
      }
      """;

  @TempDir
  private Path plugins;

  private final Problems problems = new Problems();
  private PluginRegistry registry = PluginRegistry.of(List.of(), problems);

  private void load() {
    registry = PluginRegistry.load(plugins, PluginRegistry.class.getClassLoader(), problems);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private List<String> messages() {
    return problems.errors().stream()
        .map(Problem::toString)
        .map(text -> text.replace(plugins + "/", ""))
        .toList();
  }

  @Test
  void runsAPluginsMailetUnderItsOwnClassLoaderThatSeesTheSpiOnly() throws Exception {
    PluginJar.write(plugins, "Loaders", MAILET.formatted("TellLoader"));
    load();
    assertThat(messages()).isEmpty();
    MailetFactory factory = registry.mailets().find("TellLoader").orElseThrow();
    Mailet mailet =
        factory.create(Settings.ofTexts(factory.settings(), Map.of()), new FakeServices());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    assertThat(mailet.service(FakeMail.from("a@example.org")))
        .isEqualTo(Outcome.dropped("true false"));
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void passesAnExceptionOfAPluginOnAsItIs() throws Exception {
    PluginJar.write(plugins, "Throws", """
        public List<MailetFactory> mailets() {
          return List.of(new MailetFactory() {
            public String name() { return "Throws"; }
            public String description() { return ""; }
            public Mailet create(Settings settings, Services services) throws InvalidSettingException {
              throw new InvalidSettingException("not so");
            }
          });
        }
        """);
    load();
    MailetFactory factory = registry.mailets().find("Throws").orElseThrow();
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            factory.create(Settings.ofTexts(factory.settings(), Map.of()), new FakeServices()))
        .isInstanceOf(org.mansio.spi.settings.InvalidSettingException.class)
        .hasMessage("not so");
  }

  @Test
  void whatAPluginMadeAndCanBeClosedCanBeClosedByTheServer() throws Exception {
    PluginJar.write(plugins, "Probes", """
        static class Probe implements org.mansio.spi.smtp.SmtpProbe, java.io.Closeable {
          private boolean closed;
          public Answer ask(Question question) { return new Answer.Unknown("closed: " + closed); }
          public void close() { closed = true; }
        }
        public java.util.Optional<org.mansio.spi.smtp.SmtpProbe> smtpProbe(Services services) {
          return java.util.Optional.of(new Probe());
        }
        """);
    load();
    registry.activate(new FakeServices(), problems);
    assertThat(messages()).isEmpty();
    SmtpProbe probe = registry.probe();
    assertThat(probe).isInstanceOf(AutoCloseable.class);
    ((AutoCloseable) probe).close();
    SmtpProbe.Question question = new SmtpProbe.Question(
        MailAddress.of("a@example.org"), Optional.empty(), Optional.empty(), false, Duration.ZERO);
    assertThat(probe.ask(question)).isEqualTo(new SmtpProbe.Answer.Unknown("closed: true"));
  }

  @Test
  void listsPluginsWithFolderVersionAndContributions() throws IOException {
    PluginJar.write(plugins, "One", MAILET.formatted("OneMailet"));
    load();
    LoadedPlugin listed = registry.plugins().stream()
        .filter(p -> p.name().equals("One"))
        .findFirst()
        .orElseThrow();
    assertThat(listed.version()).isEqualTo("1.2");
    assertThat(listed.directory()).contains(plugins.resolve("One"));
    assertThat(listed.contributions()).containsExactly("mailet OneMailet");
  }

  @Test
  void refusesTwoMailetsWhoseNamesDifferInCaseOnly() throws IOException {
    PluginJar.write(plugins, "A", MAILET.formatted("Same"));
    PluginJar.write(plugins, "B", MAILET.formatted("same"));
    load();
    assertThat(messages())
        .containsExactly(
            "B: plugin 'B' (stranger.B) brings the mailet 'same', which plugin 'A' (stranger.A) brings already");
  }

  @Test
  void refusesASecondSmtpClient() throws IOException {
    String client = """
        public List<org.mansio.spi.smtp.OutboundSmtpFactory> outboundSmtp() {
          return List.of((environment, dns) -> null);
        }
        """;
    PluginJar.write(plugins, "A", client);
    PluginJar.write(plugins, "B", client);
    load();
    assertThat(messages()).singleElement().asString().contains("B: plugin 'B'", "SMTP client");
  }

  @Test
  void refusesAPluginOfANewerSpi() throws IOException {
    PluginJar.writeWithSpiVersion(plugins, "Newer", 99);
    load();
    assertThat(messages())
        .containsExactly(
            "Newer: plugin 'Newer' (stranger.Newer) was built for SPI version 99, this server has 1; update the"
                + " server, or take an older plugin");
  }

  @Test
  void refusesAPluginThatCannotBeMade() throws IOException {
    PluginJar.write(
        plugins, "Bad", "public Bad() { throw new IllegalStateException(\"no database\"); }");
    load();
    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("Bad: plugin class stranger.Bad can't be used")
        .contains("no database");
  }

  @Test
  void refusesAPluginThatBreaksWhileItIsRead() throws IOException {
    PluginJar.write(
        plugins,
        "Bad",
        "public List<MailetFactory> mailets() { throw new NoClassDefFoundError(\"com/gone/Lib\"); }");
    load();
    assertThat(messages())
        .containsExactly(
            "Bad: plugin class stranger.Bad can't be used: java.lang.NoClassDefFoundError: com/gone/Lib");
  }

  @Test
  void namesPluginFactoryAndFailureOfEachFactoryThatBreaks() throws IOException {
    PluginJar.write(plugins, "Bad", """
        abstract static class Factory implements MailetFactory {
          public String name() { return getClass().getSimpleName(); }
          public String description() { return ""; }
          public Mailet create(Settings settings, Services services) { return mail -> Outcome.next(); }
        }
        static class Mute extends Factory {
          public String name() { throw new IllegalStateException("no name"); }
        }
        static class Shy extends Factory {
          public String description() { throw new IllegalStateException("no words"); }
        }
        static class Odd extends Factory {
          public SettingSchema settings() { throw new NoClassDefFoundError("com/gone/Lib"); }
        }
        static class Empty extends Factory {
          public SettingSchema settings() { return null; }
        }
        public List<MailetFactory> mailets() {
          return List.of(new Mute(), new Shy(), new Odd(), new Empty());
        }
        """);
    load();
    assertThat(messages())
        .containsExactly(
            "Bad: plugin 'Bad' (stranger.Bad): name() of some mailet (stranger.Bad$Mute) failed:"
                + " java.lang.IllegalStateException: no name",
            "Bad: plugin 'Bad' (stranger.Bad): description() of mailet 'Shy' (stranger.Bad$Shy) failed:"
                + " java.lang.IllegalStateException: no words",
            "Bad: plugin 'Bad' (stranger.Bad): settings() of mailet 'Odd' (stranger.Bad$Odd) failed:"
                + " java.lang.NoClassDefFoundError: com/gone/Lib",
            "Bad: plugin 'Bad' (stranger.Bad): settings() of mailet 'Empty' (stranger.Bad$Empty) returned null");
  }

  @Test
  void refusesAFolderWithoutAJarAndAJarWithoutAPlugin() throws IOException {
    Files.createDirectories(plugins.resolve("empty"));
    Files.createDirectories(plugins.resolve("plain"));
    try (var jar =
        new java.util.jar.JarOutputStream(Files.newOutputStream(plugins.resolve("plain/x.jar")))) {
      jar.putNextEntry(new java.util.jar.JarEntry("nothing"));
    }
    load();
    assertThat(messages())
        .containsExactly(
            "empty: the plugin folder holds no jar; put the plugin's jars here, or remove the folder",
            "plain: no jar here names a plugin in META-INF/services/org.mansio.spi.Plugin; rebuild the plugin with"
                + " that file");
  }

  @Test
  void refusesAServicesFileThatNamesNoClass() throws IOException {
    Files.createDirectories(plugins.resolve("gone"));
    try (var jar =
        new java.util.jar.JarOutputStream(Files.newOutputStream(plugins.resolve("gone/x.jar")))) {
      jar.putNextEntry(new java.util.jar.JarEntry("META-INF/services/org.mansio.spi.Plugin"));
      jar.write("stranger.Gone\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    load();
    assertThat(messages())
        .isNotEmpty()
        .allSatisfy(m -> assertThat(m).startsWith("gone: "))
        .anySatisfy(m -> assertThat(m).contains("stranger.Gone"));
  }
}
