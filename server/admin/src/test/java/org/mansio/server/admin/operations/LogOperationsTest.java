package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;
import org.mansio.server.admin.LogLevel;

class LogOperationsTest {
  private final LoggerContext context = new LoggerContext();
  private final LogOperations log = new LogOperations(context);

  @Test
  void aLevelHoldsUntilItIsTakenBack() {
    log.setLevel("org.mansio.queue", "DEBUG");
    assertThat(log.levels()).contains(new LogLevel("org.mansio.queue", "debug"));

    log.setLevel("org.mansio.queue", "");
    assertThat(log.levels()).extracting(LogLevel::logger).containsExactly("ROOT");
  }

  @Test
  void aMisspeltLevelChangesNothing() {
    assertThatThrownBy(() -> log.setLevel("ROOT", "verbose")).hasMessageContaining("off, error");
    assertThat(log.levels()).containsExactly(new LogLevel("ROOT", "debug"));
  }
}
