package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.queue.FreeSpace;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceLog;

/** Which {@code <destination>} elements a queue is made with; what they do is tested where lanes are. */
class DestinationSettingsTest {
  @TempDir
  Path directory;

  @SafeVarargs
  private MailQueue create(Map<String, String>... elements) throws InvalidSettingException {
    List<Settings> read = new ArrayList<>();
    for (Map<String, String> element : elements) {
      read.add(Settings.ofTexts(DestinationSettings.GROUP.schema(), element));
    }
    Settings settings = Settings.of(
        new ActiveMqQueueFactory().settings(), Map.of(), Map.of("destination", read));
    return ActiveMqQueueFactory.create(
        settings, directory, FreeSpace.of(directory), TraceLog.none());
  }

  @Test
  void everythingThatIsShownCanBeSet() throws Exception {
    assertThat(create(
            Map.of("match", "example.com .example.com", "concurrency", "50"),
            Map.of(
                "match", "small.example",
                "rate", "10/1m",
                "recipientRate", "100/1h",
                "connectionRate", "6/1m",
                "initialConcurrency", "1",
                "retrySchedule", "15m, 2*1h, 4h",
                "maxAge", "2d",
                "delayWarning", "off"),
            Map.of("match", "*", "transport", "newsletters"),
            Map.of("match", "*")))
        .isNotNull();
  }

  @Test
  void aDestinationThatStandsTwiceIsRefusedWhereItStandsAgain() {
    assertThatThrownBy(() -> create(
            Map.of("match", "a.example b.example"),
            Map.of("match", "b.example", "transport", "local"),
            Map.of("match", "c.example B.example")))
        .isInstanceOfSatisfying(InvalidSettingException.class, refusal -> {
          assertThat(refusal).hasMessage("<destination> for 'b.example' stands twice");
          assertThat(refusal.group()).contains("destination");
          assertThat(refusal.index()).isEqualTo(2);
        });
  }

  @Test
  void wrongTextsAreRefused() {
    for (Map<String, String> wrong : List.of(
        Map.of("rate", "10/1m"),
        Map.of("match", ""),
        Map.of("match", "*.example.org"),
        Map.of("match", "*", "rate", "10"),
        Map.of("match", "*", "concurrency", "0"),
        Map.of("match", "*", "retrySchedule", "0"),
        Map.of("match", "*", "speed", "10"))) {
      assertThatThrownBy(() -> create(wrong)).isInstanceOf(InvalidSettingException.class);
    }
  }
}
