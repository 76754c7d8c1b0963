package org.mansio.mailets.standard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.Setting;

class StandardPluginTest {
  private final Plugin plugin = ServiceLoader.load(Plugin.class).stream()
      .filter(provider -> provider.type() == StandardPlugin.class)
      .findFirst()
      .orElseThrow()
      .get();

  @Test
  void isFoundByTheServiceLoaderAndStatesItself() {
    assertThat(plugin.name()).isEqualTo("standard");
    assertThat(plugin.version()).isNotBlank();
    assertThat(plugin.spiVersion()).isEqualTo(SpiVersion.CURRENT);
  }

  @Test
  void namesAreUniqueWithoutRegardToCase() {
    List<String> matchers =
        plugin.matchers().stream().map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
    List<String> mailets =
        plugin.mailets().stream().map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
    assertThat(matchers).doesNotHaveDuplicates();
    assertThat(mailets).doesNotHaveDuplicates();
  }

  @Test
  void hasTheMatchersThatAChainNeeds() {
    assertThat(plugin.matchers().stream().map(MatcherFactory::name))
        .contains(
            "All",
            "RecipientIsLocal",
            "HostIsLocal",
            "RecipientIs",
            "RecipientIsRegex",
            "RecipientDomainIs",
            "SenderIs",
            "SenderIsRegex",
            "SenderDomainIs",
            "SenderIsNull",
            "SenderIsLocal",
            "SMTPAuthSuccessful",
            "SMTPAuthUserIs",
            "RemoteAddrInNetwork",
            "RemoteAddrNotInNetwork",
            "RelayLimit",
            "HasHeader",
            "SubjectIs",
            "SubjectStartsWith",
            "SizeGreaterThan",
            "HasAttachment",
            "AttachmentFileNameIs",
            "HasMailAttribute",
            "HasMailAttributeWithValue",
            "HasException",
            "IsSingleRecipient",
            "TooManyRecipients");
  }

  @Test
  void hasTheMailetsThatAChainNeeds() {
    assertThat(plugin.mailets().stream().map(MailetFactory::name))
        .contains(
            "ToProcessor",
            "Null",
            "Identity",
            "SetMimeHeader",
            "RemoveMimeHeader",
            "RemoveMimeHeaderByPrefix",
            "AddSubjectPrefix",
            "AddFooter",
            "SetMailAttribute",
            "RemoveMailAttribute",
            "LogMessage",
            "Redirect",
            "Resend",
            "Forward",
            "Bounce",
            "NotifyPostmaster",
            "NotifySender",
            "PostmasterAlias",
            "RecipientRewriteTable",
            "RecipientToLowerCase",
            "AddDeliveredToHeader");
  }

  @Test
  void everythingIsDescribedInSentences() {
    Stream<String> descriptions = Stream.of(
            plugin.matchers().stream().map(MatcherFactory::description),
            plugin.mailets().stream().map(MailetFactory::description),
            plugin.mailets().stream()
                .flatMap(f -> f.settings().settings().stream())
                .map(Setting::description))
        .flatMap(s -> s);
    assertThat(descriptions)
        .allSatisfy(text -> assertThat(text).hasSizeGreaterThan(10).endsWith("."));
  }

  @Test
  void everyDefaultOfASettingCanBeRead() {
    plugin.mailets().stream()
        .flatMap(f -> f.settings().settings().stream())
        .forEach(StandardPluginTest::readDefault);
  }

  private static <T> void readDefault(Setting<T> setting) {
    setting
        .defaultText()
        .ifPresent(text -> org.assertj.core.api.Assertions.assertThatCode(
                () -> setting.type().parser().parse(text))
            .as(setting.name())
            .doesNotThrowAnyException());
  }
}
