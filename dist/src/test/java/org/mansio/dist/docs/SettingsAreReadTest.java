package org.mansio.dist.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mansio.spi.settings.Setting;

/** Every setting that is stated, and so documented, is read; what is read and not stated can't be: it is unknown at start. */
class SettingsAreReadTest {
  @Test
  void everyDocumentedSettingIsRead() {
    SettingReads reads = new SettingReads();

    List<String> unread = Factories.all().stream()
        .flatMap(part -> Stream.concat(
                part.settings().settings().stream(),
                part.settings().groups().stream().flatMap(group -> group.attributes().stream()))
            .filter(setting -> !reads.isRead(setting))
            .map(setting -> part.name() + ": " + setting.name()))
        .toList();

    assertThat(unread).isEmpty();
  }

  @Test
  void aSettingThatNothingReadsIsFound() {
    assertThat(new SettingReads().isRead(Setting.text("nobodyReadsThis", "Nothing.")))
        .isFalse();
  }
}
