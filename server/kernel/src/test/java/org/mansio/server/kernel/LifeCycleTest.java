package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.server.kernel.Component.Phase;

class LifeCycleTest {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private final List<String> log = new ArrayList<>();

  private Component component(String name, Phase phase) {
    return Components.of(name, phase, () -> log.add("+" + name), grace -> log.add("-" + name));
  }

  private Component broken(String name, Phase phase) {
    return Components.of(
        name,
        phase,
        () -> {
          throw new IllegalStateException("no luck");
        },
        grace -> log.add("-" + name));
  }

  @Test
  void startsInTheOrderOfPhasesAndStopsBackwards() throws Exception {
    LifeCycle life = new LifeCycle(List.of(
        component("smtp", Phase.LISTENERS),
        component("queue", Phase.QUEUE),
        component("trace", Phase.TRACE),
        component("work", Phase.PROCESSING)));
    life.start(GRACE);
    life.stop(GRACE);
    assertThat(log)
        .containsExactly(
            "+trace", "+queue", "+work", "+smtp", "-smtp", "-work", "-queue", "-trace");
  }

  @Test
  void stopsWhatHasStartedWhenAPartFails() {
    LifeCycle life = new LifeCycle(List.of(
        component("trace", Phase.TRACE),
        broken("queue", Phase.QUEUE),
        component("smtp", Phase.LISTENERS)));
    assertThatThrownBy(() -> life.start(GRACE))
        .isInstanceOf(StartException.class)
        .hasMessage("queue could not start: no luck");
    assertThat(log).containsExactly("+trace", "-trace");
    assertThat(life.isRunning()).isFalse();
  }

  @Test
  void startsAndStopsOnceHoweverOftenItIsAsked() throws Exception {
    LifeCycle life = new LifeCycle(List.of(component("trace", Phase.TRACE)));
    life.stop(GRACE);
    life.start(GRACE);
    life.start(GRACE);
    life.stop(GRACE);
    life.stop(GRACE);
    assertThat(log).containsExactly("+trace", "-trace");
  }

  @Test
  void stopsTheRestWhenOneStopFails() throws Exception {
    Component stubborn = Components.of("stubborn", Phase.LISTENERS, () -> {}, grace -> {
      throw new IllegalStateException("stuck");
    });
    LifeCycle life = new LifeCycle(List.of(component("trace", Phase.TRACE), stubborn));
    life.start(GRACE);
    life.stop(GRACE);
    assertThat(log).containsExactly("+trace", "-trace");
  }
}
