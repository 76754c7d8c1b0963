package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.Plugin;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;

class ToRepositoryTest {
  private final ToRepositoryFactory factory = new ToRepositoryFactory();

  @TempDir
  Path folder;

  @Test
  void keepsMessageAndEnvelope() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org")
        .to("bob@example.com")
        .text("Subject: a\n\nB\n")
        .attribute("why", "a \"b\"\n");

    assertThat(mailet(Map.of("repositoryPath", "errors")).service(mail))
        .isInstanceOf(Outcome.Dropped.class);
    assertThat(files("errors"))
        .hasSize(2)
        .allMatch(file -> file.getFileName().toString().startsWith(mail.id().value()));
    assertThat(files("errors").getFirst()).hasContent("Subject: a\r\n\r\nB\r\n");
    assertThat(Files.readString(files("errors").getLast()))
        .contains(
            "\"sender\": \"alice@example.org\"",
            "\"recipients\": [\"bob@example.com\"]",
            "\"why\": \"a \\\"b\\\"\\u000a\"");
  }

  @Test
  void writesNothingInASimulationAndSaysWhereItWould() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to("bob@example.com").simulated();

    assertThat(mailet(Map.of("repositoryPath", "errors")).service(mail))
        .isEqualTo(Outcome.dropped("kept in repository errors"));
    assertThat(mail.notes()).singleElement().asString().contains("repository errors");
    assertThat(folder.resolve("data/repositories")).doesNotExist();
  }

  @Test
  void keepsPartsOfASplitMailApart() throws Exception {
    Mailet mailet = mailet(Map.of("repositoryPath", "spam/quarantine", "passThrough", "true"));
    FakeMail mail = FakeMail.from("").to("bob@example.com");

    assertThat(mailet.service(mail)).isEqualTo(Outcome.next());
    mailet.service(mail);
    assertThat(files("spam/quarantine")).hasSize(2);
    mailet.service(mail.to("carol@example.com"));
    assertThat(files("spam/quarantine")).hasSize(4);
  }

  @Test
  void waitsWhenTheDiskRefuses() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.createFile(folder.resolve("data/repositories"));

    assertThatThrownBy(() -> mailet(Map.of("repositoryPath", "errors"))
            .service(FakeMail.from("").to("b@example.com")))
        .isInstanceOf(TemporaryFailure.class);
  }

  @Test
  void takesThePathOfAnotherServersConfiguration() throws Exception {
    mailet(Map.of("repositoryPath", "file://var/mail/error/"))
        .service(FakeMail.from("").to("b@example.com"));

    assertThat(files("var/mail/error")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "a/../../b", "a//b", "file://", "a b"})
  void refusesPathsThatLeadElsewhere(String path) {
    assertThatThrownBy(() -> mailet(Map.of("repositoryPath", path)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void endsTheWayUnlessToldToPass() throws Exception {
    assertThat(factory.ends(Settings.ofTexts(factory.settings(), Map.of("repositoryPath", "a"))))
        .isTrue();
    assertThat(factory.ends(Settings.ofTexts(
            factory.settings(), Map.of("repositoryPath", "a", "passThrough", "true"))))
        .isFalse();
  }

  @Test
  void isFoundAsAPluginWithTheOtherDeliveries() {
    Plugin plugin = ServiceLoader.load(Plugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(DeliveryPlugin.class::isInstance)
        .findFirst()
        .orElseThrow();

    assertThat(plugin.mailets())
        .extracting(MailetFactory::name)
        .containsExactly("LocalDelivery", "RemoteDelivery", "ToRepository");
  }

  private Mailet mailet(Map<String, String> settings) throws InvalidSettingException {
    return factory.create(Settings.ofTexts(factory.settings(), settings), new FakeServices(folder));
  }

  private List<Path> files(String path) throws IOException {
    try (var files = Files.list(folder.resolve("data/repositories").resolve(path))) {
      return files.sorted().toList();
    }
  }
}
