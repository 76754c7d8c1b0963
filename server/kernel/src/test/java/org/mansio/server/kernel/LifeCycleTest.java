package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mansio.server.kernel.Component.Phase;

class LifeCycleTest {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

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

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"TRACE", "TLS", "QUEUE"})
  void anErrorKeepsTheServerFromSeemingToRun(Phase phase) {
    Component store = component("store", Phase.DIRECTORY);
    Component broken = Components.of(
        "part",
        phase,
        () -> {
          throw new StackOverflowError("no end");
        },
        grace -> {});
    LifeCycle life = new LifeCycle(List.of(broken, store, component("smtp", Phase.LISTENERS)));
    assertThatThrownBy(() -> life.start(GRACE))
        .isInstanceOf(StartException.class)
        .hasMessage("part could not start: no end");
    assertThat(log).doesNotContain("+smtp");
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

  @Test
  void opensCertificatesDirectoryAndQueueAtTheSameTime() throws Exception {
    CyclicBarrier all = new CyclicBarrier(3);
    LifeCycle life = new LifeCycle(List.of(
        meeting("tls", Phase.TLS, all),
        meeting("directory", Phase.DIRECTORY, all),
        meeting("queue", Phase.QUEUE, all),
        component("work", Phase.PROCESSING)));
    life.start(GRACE);
    life.stop(GRACE);
    assertThat(log.subList(0, 3)).containsExactlyInAnyOrder("+tls", "+directory", "+queue");
    assertThat(log.subList(3, 8)).containsExactly("+work", "-work", "-queue", "-directory", "-tls");
  }

  private Component meeting(String name, Phase phase, CyclicBarrier others) {
    return Components.of(
        name,
        phase,
        () -> {
          others.await(1, TimeUnit.MINUTES);
          log.add("+" + name);
        },
        grace -> log.add("-" + name));
  }

  @Test
  void stopsWhatStartedBesideAPartThatFailed() {
    CountDownLatch failed = new CountDownLatch(1);
    Component slow = Components.of(
        "queue",
        Phase.QUEUE,
        () -> {
          failed.await();
          log.add("+queue");
        },
        grace -> log.add("-queue"));
    Component broken = Components.of(
        "directory",
        Phase.DIRECTORY,
        () -> {
          failed.countDown();
          throw new IllegalStateException("no luck");
        },
        grace -> log.add("-directory"));
    LifeCycle life = new LifeCycle(
        List.of(slow, broken, component("tls", Phase.TLS), component("smtp", Phase.LISTENERS)));
    assertThatThrownBy(() -> life.start(GRACE)).hasMessage("directory could not start: no luck");
    assertThat(log).containsExactlyInAnyOrder("+tls", "+queue", "-queue", "-tls");
    assertThat(log).endsWith("-queue", "-tls");
    assertThat(life.isRunning()).isFalse();
  }

  @Test
  void ofTwoFailuresTheOneOfTheEarlierPhaseIsTold() {
    LifeCycle life = new LifeCycle(List.of(broken("queue", Phase.QUEUE), broken("TLS", Phase.TLS)));
    assertThatThrownBy(() -> life.start(GRACE)).hasMessage("TLS could not start: no luck");
    assertThat(log).isEmpty();
  }
}
